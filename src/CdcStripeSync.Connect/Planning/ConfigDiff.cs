using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Planning;

/// <summary>Compares what the worker has with what the repository wants, option by option.</summary>
public static class ConfigDiff
{
    /// <param name="worker">Null where there is no such connector.</param>
    /// <param name="passwords">Options whose type is PASSWORD, as the worker defines them.</param>
    public static ImmutableArray<OptionChange> Of(IReadOnlyDictionary<string, string>? worker, IReadOnlyDictionary<string, string> wanted, IReadOnlySet<string> passwords)
    {
        var there = worker ?? ImmutableDictionary<string, string>.Empty;
        return
        [
            .. there.Keys.Union(wanted.Keys).Where(o => o != "name").Order(StringComparer.Ordinal)
                .Select(o => (Option: o, Worker: there.GetValueOrDefault(o), Wanted: wanted.GetValueOrDefault(o)))
                .Where(c => c.Worker != c.Wanted)
                .Select(c => Change(c.Option, c.Worker, c.Wanted, passwords.Contains(c.Option))),
        ];
    }

    /// <summary>Two secrets that differ behind the same mask are said to differ.</summary>
    private static OptionChange Change(string option, string? worker, string? wanted, bool isPassword)
    {
        // Where the type says PASSWORD, the name does not matter.
        var name = isPassword ? "password" : option;
        var (from, to) = (worker is null ? null : Secrets.Show(name, worker), wanted is null ? null : Secrets.Show(name, wanted));
        return new OptionChange(option, from, from == to && from is not null ? $"{to} (another value)" : to);
    }
}
