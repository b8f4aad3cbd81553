using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Column values as booleans: also 0 and 1 (tinyint, bit, and numeric in any of the connector's modes) and the words databases print.</summary>
internal static class ColumnBoolean
{
    public static bool TryRead(ColumnValue value, out bool result)
    {
        result = false;
        switch (value.Kind)
        {
            case ColumnKind.Boolean:
                result = value.AsBoolean;
                return true;
            case ColumnKind.Integer:
                result = value.AsInteger == 1;
                return value.AsInteger is 0 or 1;
            case ColumnKind.Decimal:
                result = value.AsDecimal == 1;
                return result || value.AsDecimal == 0;
            case ColumnKind.Double:
                result = value.AsDouble == 1;
                return value.AsDouble is 0 or 1;
            case ColumnKind.Bytes:
                result = value.AsBytes is [1];
                return value.AsBytes is [0] or [1];
            case ColumnKind.Text or ColumnKind.Json:
                var text = value.AsText.Trim().ToLowerInvariant();
                result = text is "true" or "t" or "yes" or "on" or "1";
                return result || text is "false" or "f" or "no" or "off" or "0";
            default:
                return false;
        }
    }
}
