namespace CdcStripeSync.Debezium.Avro;

/// <summary>Bytes that do not hold what their schema says.</summary>
/// <param name="reason">What is wrong, without the place.</param>
/// <param name="path">Field path within the record.</param>
/// <param name="offset">Byte offset within the Avro body (after the five bytes of Confluent's frame).</param>
public sealed class AvroDataException(string reason, string path, int offset) : Exception($"{reason} at field '{path}', byte {offset}")
{
    public string Reason { get; } = reason;

    public string FieldPath { get; } = path;

    public int ByteOffset { get; } = offset;

    /// <summary>The same, seen from the record that holds the field.</summary>
    public AvroDataException Within(string field) =>
        field.Length == 0 ? this : new AvroDataException(Reason, FieldPath.Length == 0 ? field : $"{field}.{FieldPath}", ByteOffset);
}
