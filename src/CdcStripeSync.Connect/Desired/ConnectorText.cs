using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdcStripeSync.Connect.Desired;

/// <summary>A connector's file as its text: options change, and all else stays as somebody wrote it, comments included. Pure.</summary>
public static class ConnectorText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonReaderOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    /// <param name="json">An object of options, or Connect's <c>{"name", "config"}</c>.</param>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static string With(string json, IReadOnlyDictionary<string, string> options)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var (values, firstName, end) = Values(text);
        var result = new StringBuilder();
        var at = 0;
        foreach (var (name, first, last) in values.Where(v => options.ContainsKey(v.Name)))
        {
            result.Append(Encoding.UTF8.GetString(text, at, first - at)).Append(JsonSerializer.Serialize(options[name], Relaxed));
            at = last;
        }

        var missing = options.Where(o => values.TrueForAll(v => v.Name != o.Key)).Select(o => $"{JsonSerializer.Serialize(o.Key, Relaxed)}: {JsonSerializer.Serialize(o.Value, Relaxed)}").ToList();
        if (missing.Count == 0) return result.Append(Encoding.UTF8.GetString(text, at, text.Length - at)).ToString();
        var indent = Indent(Encoding.UTF8.GetString(text, 0, firstName));
        result.Append(Encoding.UTF8.GetString(text, at, end - at));
        if (values.Count > 0) result.Append(',').Append(indent);
        return result.AppendJoin("," + indent, missing).Append(Encoding.UTF8.GetString(text, end, text.Length - end)).ToString();
    }

    /// <summary>Where the options' values stand, where the first name does, and where another option can follow.</summary>
    private static (List<(string Name, int First, int Last)> Values, int FirstName, int End) Values(byte[] text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var isWrapped = document.RootElement.TryGetProperty("config", out var inner) && inner.ValueKind == JsonValueKind.Object;
        var reader = new Utf8JsonReader(text, WithComments);
        reader.Read();
        if (isWrapped)
        {
            while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("config"))) reader.Skip();
            reader.Read();
        }

        var end = (int)reader.BytesConsumed;
        var firstName = end;
        List<(string, int, int)> values = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (values.Count == 0) firstName = (int)reader.TokenStartIndex;
            var name = reader.GetString()!;
            reader.Read();
            var first = (int)reader.TokenStartIndex;
            reader.Skip();
            end = (int)reader.BytesConsumed;
            values.Add((name, first, end));
        }

        return (values, firstName, end);
    }

    /// <summary>The line break and blanks before the first name; a blank where it stands on its object's line.</summary>
    private static string Indent(string before) => before.LastIndexOf('\n') is >= 0 and var line && string.IsNullOrWhiteSpace(before[line..]) ? before[line..] : " ";
}
