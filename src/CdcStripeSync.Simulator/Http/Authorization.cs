using System.Text;

namespace CdcStripeSync.Simulator.Http;

/// <summary>Which keys open the account: test keys a test account, live keys a live one.</summary>
internal static class Authorization
{
    public static void Check(string? header, bool liveMode)
    {
        var key = Key(header);
        if (key is null)
        {
            throw Refused("You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
        }

        string[] prefixes = liveMode ? ["sk_live_", "rk_live_"] : ["sk_test_", "rk_test_"];
        if (!prefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal) && key.Length > p.Length))
            throw Refused($"Invalid API Key provided: {(key.Length <= 8 ? "****" : key[..8] + new string('*', 8) + key[^4..])}");
    }

    private static string? Key(string? header)
    {
        if (header is null) return null;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header[7..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var buffer = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..].Trim(), buffer, out var written) ? Encoding.UTF8.GetString(buffer, 0, written).Split(':')[0] : null;
    }

    private static StripeErrorException Refused(string message) => new(401, "invalid_request_error", null, message);
}
