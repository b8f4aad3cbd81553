using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Claims;

/// <summary>Who claims the values that only one object can hold: the newest claimant by position writes, in whatever order rows arrive.</summary>
public sealed class ClaimLedger(IStateStore store)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Value), List<Claim>> _claims = [];

    /// <summary>All claims to a value, newest first.</summary>
    public async ValueTask<IReadOnlyList<Claim>> OfAsync(string kind, string value, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue((kind, value), out var known)) return [.. known];
        }

        var stored = await store.ClaimsAsync(kind, value, cancellationToken);
        lock (_lock)
        {
            if (!_claims.TryGetValue((kind, value), out var known)) _claims[(kind, value)] = known = Sorted(stored);
            return [.. known];
        }
    }

    /// <summary>All claims to a value as the store has them now, other processes' too; from here on the ledger has them.</summary>
    public async ValueTask<IReadOnlyList<Claim>> ReadAgainAsync(string kind, string value, CancellationToken cancellationToken)
    {
        var stored = Sorted(await store.ClaimsAsync(kind, value, cancellationToken));
        lock (_lock) _claims[(kind, value)] = stored;
        return [.. stored];
    }

    /// <summary>Adds or renews a claim.</summary>
    public void Put(Claim claim)
    {
        lock (_lock)
        {
            if (!_claims.TryGetValue((claim.Kind, claim.Value), out var known)) return;
            _claims[(claim.Kind, claim.Value)] = Sorted(known.Where(c => c.Claimant != claim.Claimant).Append(claim));
        }
    }

    /// <summary>Forgets what is in memory; the store has it.</summary>
    public void Clear()
    {
        lock (_lock) _claims.Clear();
    }

    public void Drop(Claim claim)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue((claim.Kind, claim.Value), out var known)) known.RemoveAll(c => c.Claimant == claim.Claimant);
        }
    }

    private static List<Claim> Sorted(IEnumerable<Claim> claims)
    {
        var sorted = claims.ToList();
        sorted.Sort((a, b) => Newer(a, b));
        return sorted;
    }

    /// <summary>Newest first: by epoch, then position; what cannot be compared by commit time, then by name, so that the order is total.</summary>
    private static int Newer(Claim a, Claim b)
    {
        if (a.At.Epoch != b.At.Epoch) return b.At.Epoch.CompareTo(a.At.Epoch);
        if (b.At.Position.CompareTo(a.At.Position) is { } order and not 0) return order;
        if (a.At.CommittedAt is { } mine && b.At.CommittedAt is { } theirs && mine != theirs) return theirs.CompareTo(mine);
        return string.CompareOrdinal(b.Claimant.ToString(), a.Claimant.ToString());
    }
}
