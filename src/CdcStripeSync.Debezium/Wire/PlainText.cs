using System.Text;
using System.Text.Unicode;

namespace CdcStripeSync.Debezium.Wire;

/// <summary>What Connect's StringConverter writes: printable text, which no frame is, since that begins with a zero byte.</summary>
internal static class PlainText
{
    /// <summary>The text; null where the bytes are none.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b < 0x20) return null;
        }

        return bytes.Length == 0 || !Utf8.IsValid(bytes) ? null : Encoding.UTF8.GetString(bytes);
    }
}
