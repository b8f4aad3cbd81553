namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>What a misspelt word probably means.</summary>
internal static class Suggestion
{
    /// <summary>The nearest of the known words, where one is near enough: one slip in three letters, a swap of neighbours counts as one.</summary>
    public static string? For(string word, IEnumerable<string> known)
    {
        var best = known
            .Select(k => (Word: k, Distance: Distance(word.ToLowerInvariant(), k.ToLowerInvariant())))
            .OrderBy(k => k.Distance)
            .ThenBy(k => k.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Word is not null && best.Distance <= Math.Max(1, Math.Max(word.Length, best.Word.Length) / 3) ? best.Word : null;
    }

    /// <summary>The suggestion as a hint, else what would be allowed.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> known) => For(word, known) is { } near
        ? $"did you mean '{near}'?"
        : $"allowed: {string.Join(", ", known)}";

    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
