using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Where an envelope's fields stand in some bytes: those that are there and not null.</summary>
internal sealed class FieldPlaces
{
    private const int Fields = (int)EnvelopeField.Nanos + 1;
    private readonly int[] _begin = new int[Fields];
    private readonly int[] _end = new int[Fields];
    private uint _present;

    public bool Has(EnvelopeField field) => (_present & (1u << (int)field)) != 0;

    public ReadOnlySpan<byte> Bytes(EnvelopeField field, ReadOnlySpan<byte> bytes) => Has(field) ? bytes[_begin[(int)field].._end[(int)field]] : default;

    /// <summary>A number; null where the record has none.</summary>
    public long? Number(EnvelopeField field, ReadOnlySpan<byte> bytes) => Has(field) ? Varint.Read(bytes, _begin[(int)field]).Value : null;

    public void Clear() => _present = 0;

    public void Set(int field, int begin, int end)
    {
        _begin[field] = begin;
        _end[field] = end;
        _present |= 1u << field;
    }

    /// <summary>The same places, in bytes that begin there.</summary>
    public FieldPlaces From(int begin)
    {
        var places = new FieldPlaces();
        for (var field = 0; field < Fields; field++)
        {
            if (Has((EnvelopeField)field)) places.Set(field, _begin[field] - begin, _end[field] - begin);
        }

        return places;
    }
}
