using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Lays out a schema as steps. Records are laid out field by field; what recurs, or would grow too long or too deep, is passed over by its tree.</summary>
internal sealed class StepList
{
    /// <summary>A schema that names its records many times over would be laid out many times over.</summary>
    private const int MostSteps = 2_000;

    private readonly List<Step> _steps = [];
    private readonly List<string> _paths = [];
    private readonly List<int> _jumps = [];
    private readonly List<AvroSchema> _trees = [];
    private readonly HashSet<AvroSchema> _open = []; // the records that the one being laid out stands in

    public int Count => _steps.Count;

    public Step[] Steps => [.. _steps];

    /// <summary>The field that each step reads.</summary>
    public string[] Paths => [.. _paths];

    public int[] Jumps => [.. _jumps];

    public AvroSchema[] Trees => [.. _trees];

    public void Add(StepKind kind, int a, int b, string path)
    {
        _steps.Add(new Step(kind, a, b));
        _paths.Add(path);
    }

    /// <summary>Begins what is read only where a union is not null; <see cref="EndOptional"/> ends it.</summary>
    public int BeginOptional(int nullBranch, string path)
    {
        Add(StepKind.Optional, nullBranch, 0, path);
        return _steps.Count - 1;
    }

    public void EndOptional(int begin) => _steps[begin] = _steps[begin] with { B = _steps.Count };

    /// <summary>Steps that pass over a value.</summary>
    public void Skip(AvroSchema schema, string path)
    {
        switch (schema.Kind)
        {
            case AvroKind.Null: break;
            case AvroKind.Boolean: Add(StepKind.Boolean, 0, 0, path); break;
            case AvroKind.Int or AvroKind.Long: Add(StepKind.Varint, 0, 0, path); break;
            case AvroKind.Float: Add(StepKind.Fixed, 4, 0, path); break;
            case AvroKind.Double: Add(StepKind.Fixed, 8, 0, path); break;
            case AvroKind.Fixed: Add(StepKind.Fixed, schema.Size, 0, path); break;
            case AvroKind.Bytes or AvroKind.String: Add(StepKind.Sized, 0, 0, path); break;
            case AvroKind.Enum: Add(StepKind.Enum, schema.Symbols.Length, 0, path); break;
            case AvroKind.Union: SkipUnion(schema, path); break;
            case AvroKind.Record: SkipRecord(schema, path); break;
            case AvroKind.Array or AvroKind.Map: SkipTree(schema, path); break;
            default: throw new InvalidOperationException($"Avro kind {schema.Kind}");
        }
    }

    /// <summary>The branch of null in a union of null and one other; negative for any other schema.</summary>
    public static int NullBranch(AvroSchema schema)
    {
        if (schema.Kind != AvroKind.Union || schema.Branches.Length != 2) return -1;
        var isFirst = schema.Branches[0].Kind == AvroKind.Null;
        return isFirst == (schema.Branches[1].Kind == AvroKind.Null) ? -1 : isFirst ? 0 : 1;
    }

    private void SkipUnion(AvroSchema schema, string path)
    {
        if (NullBranch(schema) is var nullBranch and >= 0)
        {
            var other = schema.Branches[1 - nullBranch];
            switch (other.Kind)
            {
                case AvroKind.Int or AvroKind.Long: Add(StepKind.OptionalVarint, nullBranch, 0, path); return;
                case AvroKind.Boolean: Add(StepKind.OptionalBoolean, nullBranch, 0, path); return;
                case AvroKind.Bytes or AvroKind.String: Add(StepKind.OptionalSized, nullBranch, 0, path); return;
                default:
                    var begin = BeginOptional(nullBranch, path);
                    Skip(other, path);
                    EndOptional(begin);
                    return;
            }
        }

        var table = _jumps.Count;
        _jumps.AddRange(new int[schema.Branches.Length]);
        Add(StepKind.Union, table, schema.Branches.Length, path);
        var ends = new List<int>();
        for (var i = 0; i < schema.Branches.Length; i++)
        {
            _jumps[table + i] = _steps.Count;
            Skip(schema.Branches[i], path);
            ends.Add(_steps.Count);
            Add(StepKind.Jump, 0, 0, path);
        }

        foreach (var end in ends) _steps[end] = _steps[end] with { A = _steps.Count };
    }

    private void SkipRecord(AvroSchema schema, string path)
    {
        if (schema.LeastSize == 0) return;
        if (_steps.Count > MostSteps || _open.Count == AvroReader.MaxDepth || !_open.Add(schema))
        {
            SkipTree(schema, path);
            return;
        }

        foreach (var field in schema.Fields) Skip(field.Schema, $"{path}.{field.Name}");
        _open.Remove(schema);
    }

    private void SkipTree(AvroSchema schema, string path)
    {
        Add(StepKind.Tree, _trees.Count, 0, path);
        _trees.Add(schema);
    }
}
