using System.Buffers.Binary;
using System.Globalization;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's text of a point, <c>(x,y)</c>, as Debezium's Point: x, y, well-known binary, no srid.</summary>
internal static class PointText
{
    public static object?[] Parse(string text)
    {
        var parts = text.Trim('(', ')').Split(',');
        var x = double.Parse(parts[0], CultureInfo.InvariantCulture);
        var y = double.Parse(parts[1], CultureInfo.InvariantCulture);
        var wkb = new byte[21];
        wkb[0] = 1; // little-endian
        wkb[1] = 1; // a point
        BinaryPrimitives.WriteDoubleLittleEndian(wkb.AsSpan(5), x);
        BinaryPrimitives.WriteDoubleLittleEndian(wkb.AsSpan(13), y);
        return [x, y, wkb, null];
    }
}
