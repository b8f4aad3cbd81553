namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's text of bit strings, as Debezium's Bits: little-endian, the last digit is the lowest bit.</summary>
internal static class BitText
{
    public static byte[] Parse(string text)
    {
        var bytes = new byte[(text.Length + 7) / 8];
        for (var i = 0; i < text.Length; i++)
        {
            var bit = text.Length - 1 - i;
            if (text[i] == '1')
                bytes[bit / 8] |= (byte)(1 << (bit % 8));
        }
        return bytes;
    }
}
