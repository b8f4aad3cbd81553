using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>What the connector writes for an unchanged TOAST column (<c>unavailable.value.placeholder</c>), in each type's own form.</summary>
/// <remarks>Source: Debezium's UnchangedToastedPlaceholder and PostgresValueConverter, 1.x to 3.x.</remarks>
public sealed class Placeholder
{
    public const string Default = "__debezium_unavailable_value";

    /// <summary>PostGIS's, whatever the configured text: POINT(-99999999 -99999999) and POINT(179.999999 89.999999), SRID 4326.</summary>
    private static readonly byte[] Geometry = Convert.FromHexString("0101000020E6100000000000FC83D797C1000000FC83D797C1");
    private static readonly byte[] Geography = Convert.FromHexString("0101000020E61000000C21E7FDFF7F66401842CEFBFF7F5640");

    private readonly byte[] _bytes;
    private readonly string[] _texts;
    private readonly string _uuid;
    private readonly ulong _lengths;

    /// <param name="text">As the connector's option has it; <c>hex:</c> before it stands for octets.</param>
    /// <exception cref="FormatException">What follows <c>hex:</c> is no hexadecimal.</exception>
    public Placeholder(string text = Default)
    {
        _bytes = text.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(4)) : Encoding.UTF8.GetBytes(text);
        text = Encoding.UTF8.GetString(_bytes);
        _uuid = Uuid(_bytes);
        var base64 = Convert.ToBase64String(_bytes);
        var member = System.Text.Json.JsonSerializer.Serialize(text);
        // binary.handling.mode hex and base64 encode bytes; hstore.handling.mode json wraps the text.
        _texts = [text, base64, base64.Replace('+', '-').Replace('/', '_'), Convert.ToHexStringLower(_bytes), $"{{{member}:{member}}}"];
        foreach (var form in _texts) _lengths |= 1UL << (Encoding.UTF8.GetByteCount(form) % 64);
    }

    /// <summary>False where no text of so many bytes in UTF-8 can be one: most need no second look.</summary>
    public bool MayBe(int utf8Length) => (_lengths & (1UL << (utf8Length % 64))) != 0;

    public bool Is(string value)
    {
        foreach (var text in _texts)
        {
            if (value.Length == text.Length && value == text) return true;
        }

        return false;
    }

    public bool Is(ReadOnlySpan<byte> value) => value.SequenceEqual(_bytes);

    /// <summary>A member of a geometry that says that the whole did not change.</summary>
    public static bool IsGeometry(string member, ColumnValue value) => (member, value.Kind) switch
    {
        ("wkb", ColumnKind.Bytes) => value.AsBytes.AsSpan().SequenceEqual(Geometry) || value.AsBytes.AsSpan().SequenceEqual(Geography),
        ("x", ColumnKind.Double) => value.AsDouble == -99_999_999,
        _ => false,
    };

    /// <summary>An array's placeholder by its items: the text or its uuid alone, or each byte of the text as a number of the item's type.</summary>
    public bool Is(ImmutableArray<ColumnValue> items, int scale)
    {
        if (items.Length == 1 && (items[0].IsUnavailable || (items[0].Kind == ColumnKind.Text && items[0].AsText == _uuid))) return true;
        if (items.Length != _bytes.Length || items.Length == 0) return false;
        for (var i = 0; i < items.Length; i++)
        {
            if (!IsByte(items[i], (sbyte)_bytes[i], scale)) return false;
        }

        return true;
    }

    private static bool IsByte(ColumnValue item, sbyte value, int scale) => item.Kind switch
    {
        ColumnKind.Integer => item.AsInteger == value,
        ColumnKind.Double => item.AsDouble == value,
        ColumnKind.Decimal => item.AsDecimal == new ExactDecimal(value, scale),
        ColumnKind.Date => item.AsDays == value,
        ColumnKind.Boolean => item.AsBoolean == (value != 0),
        _ => false,
    };

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
