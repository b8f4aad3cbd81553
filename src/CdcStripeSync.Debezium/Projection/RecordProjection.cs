using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>A writer's schema compiled for the columns that a mapping reads: walks an envelope's bytes, notes where these columns, the
/// operation and the source's position stand, and passes over the rest by length. Immutable, thread-safe.</summary>
/// <remarks>What is passed over is not looked into: text there may be no UTF-8, a block of an array is trusted to be as long as its writer says.</remarks>
public sealed class RecordProjection
{
    private readonly CompiledSteps _compiled;

    private RecordProjection(int schemaId, CompiledSteps compiled)
    {
        SchemaId = schemaId;
        _compiled = compiled;
        Columns = [.. compiled.Columns.Select(c => c.Name)];
    }

    /// <summary>The writer's schema in the registry.</summary>
    public int SchemaId { get; }

    /// <summary>The needed columns, in the writer's order.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>Null where the schema is no envelope of a connector, or lacks one of the columns: such records take the generic decoder.</summary>
    public static RecordProjection? Compile(int schemaId, AvroSchema schema, IEnumerable<string> columns) =>
        ProjectionCompiler.Compile(schema, columns.ToHashSet(StringComparer.Ordinal)) is { } compiled ? new RecordProjection(schemaId, compiled) : null;

    /// <summary>Notes in the buffer where the needed values stand.</summary>
    /// <exception cref="AvroDataException">The bytes do not hold what the schema says.</exception>
    public void Read(ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        if (!TryRead(body, buffer)) throw Broken(body, buffer);
    }

    /// <summary>The same without an exception.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        buffer.Clear(Columns.Length);
        return Walk.Over(_compiled.Reading, _compiled.Reading.Steps.Length, body, default, default, buffer) == Outcome.Whole && buffer.Position == body.Length;
    }

    /// <summary>A column's bytes as the record has them, after <see cref="Read"/>; empty where the record holds no row.</summary>
    /// <param name="column">Index in <see cref="Columns"/>.</param>
    public ReadOnlySpan<byte> Column(int column, ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns.Length);
        return buffer.HasRow ? body[buffer.ColumnBegin[column]..buffer.ColumnEnd[column]] : default;
    }

    /// <summary>The needed columns as values, after <see cref="Read"/>; null where the record holds no row.</summary>
    public Row? Row(ReadOnlySpan<byte> body, ProjectionBuffer buffer, Placeholder placeholder)
    {
        if (!buffer.HasRow) return null;
        var reader = new ColumnReader(placeholder);
        var row = new KeyValuePair<string, ColumnValue>[Columns.Length];
        for (var i = 0; i < row.Length; i++)
        {
            var avro = new AvroReader(Column(i, body, buffer));
            row[i] = KeyValuePair.Create(Columns[i], reader.Read(_compiled.Columns[i].Schema, ref avro));
        }

        return Core.Values.Row.Of(row);
    }

    /// <summary>After <see cref="Read"/>: room for who keeps it, the key, where each run of needed columns ends, and their bytes, run by run; null where the record holds no row.</summary>
    /// <remarks>One array, in the order of its use: a comparison is bound by how often it has to wait for memory.</remarks>
    internal byte[]? Image(ReadOnlySpan<byte> key, ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        if (!buffer.HasRow) return null;
        Span<int> ends = new int[_compiled.Runs.Length];
        var length = 0;
        for (var i = 0; i < ends.Length; i++) ends[i] = length += Run(i, body, buffer).Length;
        var columns = RecordImage.Room + key.Length + (ends.Length * sizeof(int));
        var image = new byte[columns + length];
        key.CopyTo(image.AsSpan(RecordImage.Room));
        MemoryMarshal.AsBytes(ends).CopyTo(image.AsSpan(RecordImage.Room + key.Length));
        for (var i = 0; i < ends.Length; i++) Run(i, body, buffer).CopyTo(image.AsSpan(columns + (i == 0 ? 0 : ends[i - 1])));
        return image;
    }

    private ReadOnlySpan<byte> Run(int run, ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        var (first, last) = _compiled.Runs[run];
        return body[buffer.ColumnBegin[first]..buffer.ColumnEnd[last]];
    }

    /// <summary>Whether the needed columns hold exactly these bytes; the buffer stands after the row then. Allocates nothing.</summary>
    /// <remarks>Bytes that were read as a run of columns once are read as the same columns again, since the schema is the same: so a run is
    /// compared and passed over at once, and its columns are not parsed again.</remarks>
    /// <param name="image">What <see cref="Image"/> made, behind the key.</param>
    internal bool HoldsRow(ReadOnlySpan<byte> body, ReadOnlySpan<byte> image, ProjectionBuffer buffer)
    {
        buffer.Clear(0);
        var columns = _compiled.Runs.Length * sizeof(int);
        var ends = MemoryMarshal.Cast<byte, int>(image[..columns]);
        return Walk.Over(_compiled.Comparing, _compiled.RowEnd, body, image[columns..], ends, buffer) == Outcome.Whole;
    }

    /// <summary>After <see cref="HoldsRow"/>: whether what follows the row is whole. The buffer says where the fields stand.</summary>
    internal bool HoldsRest(ReadOnlySpan<byte> body, ProjectionBuffer buffer) =>
        Walk.Over(_compiled.Comparing, _compiled.Comparing.Steps.Length, body, default, default, buffer) == Outcome.Whole && buffer.Position == body.Length;

    /// <summary>The same, and how what follows the row is laid out; null where that cannot be told by a look at it.</summary>
    internal bool HoldsRest(ReadOnlySpan<byte> body, ProjectionBuffer buffer, out Stencil? stencil)
    {
        var (position, step) = (buffer.Position, buffer.Step);
        stencil = Stencil.Of(_compiled.Comparing, body, buffer);
        if (stencil is not null) return true;
        (buffer.Position, buffer.Step) = (position, step);
        return HoldsRest(body, buffer);
    }

    private AvroDataException Broken(ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        var paths = _compiled.Reading.Paths;
        if (buffer.Step >= paths.Length) return new AvroDataException($"{body.Length - buffer.Position} bytes are left over", "", buffer.Position);
        return new AvroDataException($"the bytes are no value of this field in schema id {SchemaId}", paths[buffer.Step], buffer.Position);
    }
}
