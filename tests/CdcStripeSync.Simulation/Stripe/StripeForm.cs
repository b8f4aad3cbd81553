namespace CdcStripeSync.Simulation.Stripe;

/// <summary>Form-encoded parameters, in order.</summary>
internal sealed class StripeForm
{
    private readonly List<(string Name, string Value)> _pairs = [];

    public static StripeForm Read(string text)
    {
        var form = new StripeForm();
        foreach (var range in text.AsSpan().Split('&'))
        {
            var pair = text[range];
            if (pair.Length == 0) continue;
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            form._pairs.Add((Plain(pair[..at]), Plain(pair[(at + 1)..])));
        }

        return form;
    }

    public IReadOnlyList<(string Name, string Value)> Pairs => _pairs;

    public string? this[string name]
    {
        get
        {
            foreach (var pair in _pairs)
            {
                if (pair.Name == name) return pair.Value;
            }

            return null;
        }
    }

    private static string Plain(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
