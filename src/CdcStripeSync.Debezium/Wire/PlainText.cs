using System.Text;
using System.Text.Unicode;

namespace CdcStripeSync.Debezium.Wire;

/// <summary>What Connect's StringConverter writes: text, of any number of lines. No frame is, since that begins with a zero byte.</summary>
internal static class PlainText
{
    /// <summary>The text; null where the bytes are none.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r')) return null;
        }

        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }
}
