using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Column values as exact numbers.</summary>
internal static class ColumnNumber
{
    /// <summary>Reads integers, decimals, numbers in text or JSON, and binary floating point numbers by their shortest text.</summary>
    public static bool TryRead(ColumnValue value, out ExactDecimal number)
    {
        number = default;
        switch (value.Kind)
        {
            case ColumnKind.Integer:
                number = value.AsInteger;
                return true;
            case ColumnKind.Decimal:
                number = value.AsDecimal;
                return true;
            case ColumnKind.Double:
                return double.IsFinite(value.AsDouble) && ExactDecimal.TryParse(value.ToText(), out number);
            case ColumnKind.Text or ColumnKind.Json:
                return ExactDecimal.TryParse(value.AsText.Trim(), out number);
            default:
                return false;
        }
    }

    /// <summary>True where a binary floating point number may have lost digits of the decimal it came from: more than 15 significant ones.</summary>
    public static bool MayHaveLostDigits(double value) =>
        double.IsFinite(value) && double.Parse(value.ToString("G15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) != value;
}
