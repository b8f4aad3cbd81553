using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>A value as a message may show it: short.</summary>
internal static class Shown
{
    private const int Most = 60;

    public static string Of(ColumnValue value)
    {
        var text = value.ToText() ?? "null";
        if (text.Length <= Most) return text;
        return text[..(char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most)] + "…"; // half a character is no text
    }
}
