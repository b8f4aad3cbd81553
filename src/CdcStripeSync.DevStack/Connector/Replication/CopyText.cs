using System.Text;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>A line of COPY's text format: tab-separated, backslash escapes, <c>\N</c> for null.</summary>
/// <remarks>Source: PostgreSQL manual, COPY, "Text Format".</remarks>
internal static class CopyText
{
    public static string?[] Parse(string line, int columns)
    {
        var values = new string?[columns];
        var rest = line.AsSpan();
        for (var i = 0; i < columns; i++)
        {
            var tab = rest.IndexOf('\t');
            var field = tab < 0 ? rest : rest[..tab];
            values[i] = field is "\\N" ? null : Unescape(field);
            rest = tab < 0 ? [] : rest[(tab + 1)..];
        }
        return values;
    }

    private static string Unescape(ReadOnlySpan<char> field)
    {
        if (!field.Contains('\\'))
            return field.ToString();
        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            text.Append(field[i] != '\\' ? field[i] : field[++i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                var other => other,
            });
        }
        return text.ToString();
    }
}
