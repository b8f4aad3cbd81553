using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Lays out an envelope's schema twice: to read the needed columns, and to compare them with an image of an earlier record.</summary>
internal sealed class ProjectionCompiler(AvroSchema envelope, IReadOnlySet<string> columns)
{
    private readonly StepList _reading = new();
    private readonly StepList _comparing = new();
    private readonly List<AvroField> _columns = [];
    private readonly List<(int First, int Last)> _runs = [];
    private int _rowEnd;

    /// <summary>Null where the schema is not laid out as Debezium's connectors do, or lacks a needed column: such records take the generic decoder.</summary>
    public static CompiledSteps? Compile(AvroSchema envelope, IReadOnlySet<string> columns) => new ProjectionCompiler(envelope, columns).Compile();

    private CompiledSteps? Compile()
    {
        if (envelope.Kind != AvroKind.Record) return null;
        var hasRow = false;
        foreach (var field in envelope.Fields)
        {
            if (field.Name is "source" or "op" && !hasRow) return null; // what a record says besides its row is looked for behind it
            hasRow |= field.Name == "after";
            var known = field.Name switch
            {
                "after" => After(field.Schema),
                "source" => Source(field.Schema),
                "op" => Text(field.Schema, EnvelopeField.Op, "op"),
                _ => Skip(field.Schema, field.Name),
            };
            if (!known) return null;
        }

        return envelope.Field("op") is not null && envelope.Field("source") is not null && _columns.Count == columns.Count
            ? new CompiledSteps(
                new StepProgram(_reading.Steps, _reading.Jumps, _reading.Trees, _reading.Paths),
                new StepProgram(_comparing.Steps, _comparing.Jumps, _comparing.Trees, _comparing.Paths), _rowEnd, [.. _columns], [.. _runs])
            : null;
    }

    private bool Skip(AvroSchema schema, string path)
    {
        _reading.Skip(schema, path);
        _comparing.Skip(schema, path);
        return true;
    }

    private bool After(AvroSchema schema)
    {
        var nullBranch = StepList.NullBranch(schema);
        var row = nullBranch < 0 ? schema : schema.Branches[1 - nullBranch];
        if (row.Kind != AvroKind.Record) return false;
        var optional = nullBranch < 0 ? -1 : _reading.BeginOptional(nullBranch, "after");
        if (nullBranch >= 0) _comparing.Add(StepKind.Branch, 1 - nullBranch, 0, "after");
        var inRun = false;
        foreach (var field in row.Fields)
        {
            var path = $"after.{field.Name}";
            if (!columns.Contains(field.Name))
            {
                inRun = false;
                Skip(field.Schema, path);
                continue;
            }

            var column = _columns.Count;
            _columns.Add(field);
            _reading.Add(StepKind.ColumnBegin, column, 0, path);
            _reading.Skip(field.Schema, path);
            _reading.Add(StepKind.ColumnEnd, column, 0, path);
            if (inRun)
            {
                _runs[^1] = (_runs[^1].First, column);
                continue;
            }

            _comparing.Add(StepKind.Run, _runs.Count, 0, path);
            _runs.Add((column, column));
            inRun = true;
        }

        if (optional >= 0) _reading.EndOptional(optional);
        _rowEnd = _comparing.Count;
        return true;
    }

    private bool Source(AvroSchema schema)
    {
        if (schema.Kind != AvroKind.Record) return false;
        foreach (var field in schema.Fields)
        {
            var path = $"source.{field.Name}";
            var known = field.Source switch
            {
                EnvelopeField.Snapshot or EnvelopeField.Schema or EnvelopeField.Db or EnvelopeField.Table or EnvelopeField.Sequence or EnvelopeField.File
                    => Text(field.Schema, field.Source, path),
                EnvelopeField.Lsn or EnvelopeField.Pos or EnvelopeField.RowNumber or EnvelopeField.ServerId
                    or EnvelopeField.Millis or EnvelopeField.Micros or EnvelopeField.Nanos
                    => Number(field.Schema, field.Source, path),
                _ => Skip(field.Schema, path),
            };
            if (!known) return false;
        }

        return true;
    }

    /// <summary>Only plain text: what the decoder would read as something else is left to it.</summary>
    private bool Text(AvroSchema schema, EnvelopeField field, string path)
    {
        var nullBranch = StepList.NullBranch(schema);
        var value = nullBranch < 0 ? schema : schema.Branches[1 - nullBranch];
        if (value.Kind != AvroKind.String || value.SemanticType is not (null or "io.debezium.data.Enum")) return false;
        Field(nullBranch < 0 ? StepKind.FieldSized : StepKind.OptionalFieldSized, field, nullBranch, path);
        return true;
    }

    private bool Number(AvroSchema schema, EnvelopeField field, string path)
    {
        var nullBranch = StepList.NullBranch(schema);
        var value = nullBranch < 0 ? schema : schema.Branches[1 - nullBranch];
        if (value.Kind is not (AvroKind.Int or AvroKind.Long) || value.SemanticType is not null) return false;
        Field(nullBranch < 0 ? StepKind.FieldVarint : StepKind.OptionalFieldVarint, field, nullBranch, path);
        return true;
    }

    private void Field(StepKind kind, EnvelopeField field, int nullBranch, string path)
    {
        _reading.Add(kind, (int)field, nullBranch, path);
        _comparing.Add(kind, (int)field, nullBranch, path);
    }
}
