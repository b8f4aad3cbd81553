using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Claims;

/// <summary>Who claims the values that only one object can hold: the newest claimant writes, in whatever order rows arrive.</summary>
/// <remarks>Other instances claim too. What is remembered here may be old: that is enough for a row to think that it won, because its claim is
/// stored before it sends and the claims are read from the store again when Stripe has confirmed. Who relies on another row's claim, or gives up
/// its own, stores its word first and reads the claims afterwards: of two such rows at least one sees the other.</remarks>
public sealed class ClaimLedger
{
    /// <summary>Values, and claimants, that are remembered at most; then all are read again when they are asked for.</summary>
    private const int Most = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Value), List<Claim>> _claims = [];
    private readonly Dictionary<EntityKey, List<Claim>> _ofClaimants = [];
    private readonly GroupedAsk<(string Kind, string Value), IReadOnlyList<Claim>> _ask;
    private readonly GroupedAsk<EntityKey, IReadOnlyList<Claim>> _askOf;

    public ClaimLedger(IStateStore store)
    {
        _ask = new GroupedAsk<(string Kind, string Value), IReadOnlyList<Claim>>(
            async (values, cancellationToken) => By(c => (c.Kind, c.Value), await store.ClaimsAsync(values, cancellationToken)));
        _askOf = new GroupedAsk<EntityKey, IReadOnlyList<Claim>>(
            async (claimants, cancellationToken) => By(c => c.Claimant, await store.ClaimsOfAsync(claimants, cancellationToken)));
    }

    /// <summary>The position of a claim that its row gave up while its object may still hold the value: older than every other.</summary>
    public static StreamPosition Released { get; } = new(-1, default, null);

    /// <summary>The position of a claim that its row is giving up and has not told the others yet.</summary>
    public static StreamPosition Leaving { get; } = new(-2, default, null);

    public static bool IsReleased(Claim claim) => claim.At.Epoch < 0;

    public static bool IsNewer(Claim claim, Claim other) => Newer(claim, other) < 0;

    /// <summary>All claims to a value, newest first.</summary>
    /// <param name="fresh">As the store has them now.</param>
    public async ValueTask<IReadOnlyList<Claim>> OfAsync(string kind, string value, bool fresh, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!fresh && _claims.TryGetValue((kind, value), out var known)) return [.. known];
        }

        var stored = Sorted(await _ask.AskAsync((kind, value), cancellationToken) ?? []);
        lock (_lock)
        {
            if (_claims.Count >= Most) _claims.Clear();
            _claims[(kind, value)] = stored;
            return [.. stored];
        }
    }

    /// <summary>A row's own claims.</summary>
    public async ValueTask<IReadOnlyList<Claim>> OfClaimantAsync(EntityKey claimant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ofClaimants.TryGetValue(claimant, out var known)) return [.. known];
        }

        var stored = await _askOf.AskAsync(claimant, cancellationToken) ?? [];
        lock (_lock)
        {
            if (_ofClaimants.TryGetValue(claimant, out var known)) return [.. known];
            if (_ofClaimants.Count >= Most) _ofClaimants.Clear();
            _ofClaimants[claimant] = known = [.. stored];
            return [.. known];
        }
    }

    /// <summary>Adds or renews a claim.</summary>
    public void Put(Claim claim)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue((claim.Kind, claim.Value), out var known)) _claims[(claim.Kind, claim.Value)] = Sorted(known.Where(c => c.Claimant != claim.Claimant).Append(claim));
            if (!_ofClaimants.TryGetValue(claim.Claimant, out var own)) return;
            own.RemoveAll(c => IsSame(c, claim));
            own.Add(claim);
        }
    }

    public void Drop(Claim claim)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue((claim.Kind, claim.Value), out var known)) known.RemoveAll(c => IsSame(c, claim) && claim.Drops(c));
            if (_ofClaimants.TryGetValue(claim.Claimant, out var own)) own.RemoveAll(c => IsSame(c, claim) && claim.Drops(c));
        }
    }

    /// <summary>Another instance may have written this row's claims.</summary>
    public void Forget(EntityKey claimant)
    {
        lock (_lock) _ofClaimants.Remove(claimant);
    }

    /// <summary>Partitions changed hands: other instances go on with what was here.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _claims.Clear();
            _ofClaimants.Clear();
        }
    }

    public static bool IsSame(Claim a, Claim b) => a.Kind == b.Kind && a.Value == b.Value && a.Claimant == b.Claimant;

    private static Dictionary<TKey, IReadOnlyList<Claim>> By<TKey>(Func<Claim, TKey> key, IReadOnlyList<Claim> claims)
        where TKey : notnull => claims.GroupBy(key).ToDictionary(g => g.Key, IReadOnlyList<Claim> (g) => [.. g]);

    private static List<Claim> Sorted(IEnumerable<Claim> claims)
    {
        var sorted = claims.ToList();
        sorted.Sort(Newer);
        return sorted;
    }

    /// <summary>Newest first, those that were given up last. Each key counts its own epochs: of two rows' claims these do not tell which is newer
    /// (<see cref="EventOrder.IsAfter"/>); where nothing does, the name, so that the order is total.</summary>
    private static int Newer(Claim a, Claim b)
    {
        if ((IsReleased(a) || IsReleased(b)) && a.At.Epoch != b.At.Epoch) return b.At.Epoch.CompareTo(a.At.Epoch);
        if (EventOrder.IsAfter(a.At, b.At)) return -1;
        if (EventOrder.IsAfter(b.At, a.At)) return 1;
        return string.CompareOrdinal(b.Claimant.ToString(), a.Claimant.ToString());
    }
}
