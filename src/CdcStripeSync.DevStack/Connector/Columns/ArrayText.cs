using System.Text;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's text of an array: <c>{a,"b,c",NULL}</c>. Several dimensions are read as one list.</summary>
/// <remarks>Source: PostgreSQL manual, "Array Input and Output Syntax".</remarks>
internal static class ArrayText
{
    public static IReadOnlyList<string?> Parse(string text)
    {
        var elements = new List<string?>();
        var word = new StringBuilder();
        var (inWord, quoted) = (false, false);
        for (var i = text.IndexOf('{', StringComparison.Ordinal); i < text.Length; i++)
        {
            switch (text[i])
            {
                case '{':
                    break;
                case ',' or '}':
                    if (inWord)
                        elements.Add(!quoted && word.ToString() is "NULL" ? null : word.ToString());
                    word.Clear();
                    (inWord, quoted) = (false, false);
                    break;
                case '"':
                    (inWord, quoted) = (true, true);
                    for (i++; text[i] != '"'; i++)
                        word.Append(text[i] == '\\' ? text[++i] : text[i]);
                    break;
                case '\\':
                    inWord = true;
                    word.Append(text[++i]);
                    break;
                default:
                    inWord = true;
                    word.Append(text[i]);
                    break;
            }
        }
        return elements;
    }
}
