using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's text of an hstore, <c>"k"=>"v", "n"=>NULL</c>, as a JSON object.</summary>
internal static partial class HstoreText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(string text)
    {
        var json = new JsonObject();
        foreach (Match pair in Pair().Matches(text))
            json[Unescape(pair.Groups[1].Value)] = pair.Groups[2].Success ? Unescape(pair.Groups[2].Value) : null;
        return json.ToJsonString(Plain);
    }

    private static string Unescape(string quoted) => Escape().Replace(quoted, "$1");

    [GeneratedRegex("""
        "((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)
        """, RegexOptions.Singleline)]
    private static partial Regex Pair();

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex Escape();
}
