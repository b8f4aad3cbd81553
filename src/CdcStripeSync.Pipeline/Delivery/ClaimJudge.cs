using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Lanes;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Registers what an entity claims and says who won.</summary>
internal sealed class ClaimJudge(ClaimLedger ledger)
{
    private static readonly FieldPath LookupKey = FieldPath.Parse("lookup_key");

    public async ValueTask<ClaimVerdict> JudgeAsync(EntityWork work, Desired desired, CancellationToken cancellationToken)
    {
        var verdict = ClaimVerdict.Alone;
        var exists = work.State.RowExists && desired.Exists == true;
        if (exists && work.Map.LookupKey is not null && desired.Fields.GetValueOrDefault(LookupKey)?.Value is FieldValue.Text key)
        {
            var others = await ClaimAsync(work, ClaimKinds.LookupKey, key.Value, cancellationToken);
            verdict = verdict with { LookupKeyWon = others.Won, LookupKeyTransfer = others.Others.Count > 0 };
        }

        if (work.Map.DefaultWhen is null || work.Map.Parent is null || desired.ParentKey is not { } parentKey) return verdict;
        var value = $"{work.Map.Parent.Resource}/{parentKey}";
        if (exists && desired.IsDefault == true)
        {
            var (won, claimants) = await ClaimAsync(work, ClaimKinds.DefaultPrice, value, cancellationToken);
            return verdict with { DefaultWon = won, OtherDefaultClaimant = claimants.Count > 0 };
        }

        var standing = await ledger.OfAsync(ClaimKinds.DefaultPrice, value, cancellationToken);
        if (standing.FirstOrDefault(c => c.Claimant == work.State.Key) is { } mine)
        {
            ledger.Drop(mine);
            work.ClaimsDropped.Add(mine);
            standing = [.. standing.Where(c => c.Claimant != mine.Claimant)];
            if (standing.Count > 0) work.Afterwards.Add((standing[0].Claimant, new LaneWork.Wake()));
        }

        return verdict with { DefaultWon = false, OtherDefaultClaimant = standing.Count > 0 };
    }

    /// <summary>A step was confirmed: those who held the value before hold it no longer.</summary>
    public async ValueTask ConfirmedAsync(EntityWork work, PlanStep step, Desired desired, CancellationToken cancellationToken)
    {
        if (step.Kind == StepKind.SetDefault && work.Map.Parent is { } parent && desired.ParentKey is { } parentKey)
            await LoseAsync(work, ClaimKinds.DefaultPrice, $"{parent.Resource}/{parentKey}", drop: false, cancellationToken);
        if (step.Sets.TryGetValue("lookup_key", out var sent) && sent is FieldValue.Text key)
            await LoseAsync(work, ClaimKinds.LookupKey, key.Value, drop: true, cancellationToken);
    }

    private async ValueTask LoseAsync(EntityWork work, string kind, string value, bool drop, CancellationToken cancellationToken)
    {
        foreach (var other in await ledger.OfAsync(kind, value, cancellationToken))
        {
            if (other.Claimant == work.State.Key) continue;
            work.Afterwards.Add((other.Claimant, new LaneWork.ClaimLost(kind)));
            if (!drop) continue;
            ledger.Drop(other);
            work.ClaimsDropped.Add(other);
        }
    }

    private async ValueTask<(bool Won, IReadOnlyList<Claim> Others)> ClaimAsync(EntityWork work, string kind, string value, CancellationToken cancellationToken)
    {
        var standing = await ledger.OfAsync(kind, value, cancellationToken);
        var mine = standing.FirstOrDefault(c => c.Claimant == work.State.Key);
        if (mine is null)
        {
            var at = work.State.Streamed is { Position.IsKnown: true } streamed ? streamed : work.State.Snapshot ?? new StreamPosition(0, default, null);
            mine = new Claim(kind, value, work.State.Key, at);
            ledger.Put(mine);
            work.Claims.Add(mine);
            standing = await ledger.OfAsync(kind, value, cancellationToken);
        }

        return (standing[0].Claimant == work.State.Key, [.. standing.Where(c => c.Claimant != work.State.Key)]);
    }
}
