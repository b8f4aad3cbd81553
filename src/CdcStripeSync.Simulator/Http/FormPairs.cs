using System.Net;

namespace CdcStripeSync.Simulator.Http;

/// <summary>Reads <c>a=1&amp;b[c]=2</c> into decoded names and values, in order.</summary>
internal static class FormPairs
{
    public static void Read(ReadOnlySpan<char> encoded, List<KeyValuePair<string, string>> pairs)
    {
        if (encoded.Length > 0 && encoded[0] == '?') encoded = encoded[1..];
        foreach (var range in encoded.Split('&'))
        {
            var pair = encoded[range];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            pairs.Add(equals < 0
                ? new(Decode(pair), "")
                : new(Decode(pair[..equals]), Decode(pair[(equals + 1)..])));
        }
    }

    private static string Decode(ReadOnlySpan<char> text) =>
        text.IndexOfAny('%', '+') < 0 ? text.ToString() : WebUtility.UrlDecode(text.ToString());
}
