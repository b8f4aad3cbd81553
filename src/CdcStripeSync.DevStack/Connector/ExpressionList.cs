namespace CdcStripeSync.DevStack.Connector;

/// <summary>Regular expressions with commas between them. Every comma separates, within brackets too, but for one after a backslash, as Debezium reads them.</summary>
internal static class ExpressionList
{
    public static string[] Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == ',')
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return [.. parts.Select(p => p.Trim().Replace("\\,", ",", StringComparison.Ordinal)).Where(p => p.Length > 0)];
    }
}
