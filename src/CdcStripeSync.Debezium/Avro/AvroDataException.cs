namespace CdcStripeSync.Debezium.Avro;

/// <summary>Bytes that do not hold what their schema says.</summary>
/// <param name="path">Field path within the record.</param>
/// <param name="offset">Byte offset within the Avro body (after the five bytes of Confluent's frame).</param>
public sealed class AvroDataException(string message, string path, int offset) : Exception($"{message} at field '{path}', byte {offset}")
{
    public string FieldPath { get; } = path;

    public int ByteOffset { get; } = offset;
}
