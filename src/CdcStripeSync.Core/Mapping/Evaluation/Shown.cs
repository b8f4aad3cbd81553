using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>A value as a message may show it: short.</summary>
internal static class Shown
{
    private const int Most = 60;

    public static string Of(ColumnValue value)
    {
        var text = value.ToText() ?? "null";
        return text.Length <= Most ? text : text[..Most] + "…";
    }
}
