using System.Text;

namespace CdcStripeSync.App.Dev;

/// <summary>Splits a script into its statements; comments, quotes and dollar quotes are respected.</summary>
internal static class SqlScript
{
    public static IEnumerable<string> Statements(string script)
    {
        var statement = new StringBuilder();
        for (var i = 0; i < script.Length; i++)
        {
            var length = SpanAt(script, i);
            if (script[i] == ';' && length == 1)
            {
                if (statement.ToString().Trim() is { Length: > 0 } whole) yield return whole;
                statement.Clear();
                continue;
            }

            if (IsComment(script, i)) statement.Append('\n');
            else statement.Append(script, i, length);
            i += length - 1;
        }

        if (statement.ToString().Trim() is { Length: > 0 } last) yield return last;
    }

    private static bool IsComment(string script, int at) => string.CompareOrdinal(script, at, "--", 0, 2) == 0 || string.CompareOrdinal(script, at, "/*", 0, 2) == 0;

    /// <summary>How many characters belong together here: a comment, a quoted text, or one character.</summary>
    private static int SpanAt(string script, int at)
    {
        if (string.CompareOrdinal(script, at, "--", 0, 2) == 0) return Until(script, at, "\n", 2);
        if (string.CompareOrdinal(script, at, "/*", 0, 2) == 0) return Until(script, at, "*/", 2);
        if (script[at] is '\'' or '"') return Until(script, at, script[at].ToString(), 1);
        if (script[at] != '$') return 1;
        var end = script.IndexOf('$', at + 1);
        if (end < 0 || !script[(at + 1)..end].All(c => char.IsLetterOrDigit(c) || c == '_')) return 1;
        var tag = script[at..(end + 1)];
        return Until(script, at, tag, tag.Length);
    }

    private static int Until(string script, int at, string mark, int from)
    {
        var end = script.IndexOf(mark, at + from, StringComparison.Ordinal);
        return end < 0 ? script.Length - at : end + mark.Length - at;
    }
}
