using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>What the connector writes for an unchanged TOAST column (<c>unavailable.value.placeholder</c>).</summary>
public sealed class Placeholder(string text = Placeholder.Default)
{
    public const string Default = "__debezium_unavailable_value";

    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);
    private readonly string _uuid = Uuid(Encoding.UTF8.GetBytes(text));

    public bool Is(string value) => value == text;

    public bool Is(ReadOnlySpan<byte> value) => value.SequenceEqual(_bytes);

    /// <summary>An array's placeholder by its items: the text alone; the text's bytes as numbers; a uuid made of the text.</summary>
    /// <remarks>Source: Debezium's UnchangedToastedPlaceholder (text, bytes, int, bigint and uuid arrays).</remarks>
    public bool Is(ImmutableArray<ColumnValue> items)
    {
        if (items.Length == 1 && (items[0].IsUnavailable || (items[0].Kind == ColumnKind.Text && items[0].AsText == _uuid))) return true;
        if (items.Length != _bytes.Length || items.Length == 0) return false;
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Kind != ColumnKind.Integer || items[i].AsInteger != (sbyte)_bytes[i]) return false;
        }

        return true;
    }

    /// <summary>Java's <c>UUID.nameUUIDFromBytes</c>: version 3, whose hash is MD5.</summary>
    private static string Uuid(byte[] name)
    {
#pragma warning disable CA5351 // names a value, protects nothing
        var hash = MD5.HashData(name);
#pragma warning restore CA5351
        hash[6] = (byte)((hash[6] & 0x0f) | 0x30);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }
}
