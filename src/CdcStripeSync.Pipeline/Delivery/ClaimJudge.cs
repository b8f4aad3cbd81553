using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Registers what an entity claims and says who won.</summary>
internal sealed class ClaimJudge(ClaimLedger ledger, IStateStore store)
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

    /// <summary>Looks again at what a stored step claims, before its first send. Every claimant writes its claim and its open intent first and
    /// looks at the others' afterwards, so of two processes at least one sees the other; and a value's writes reach Stripe one at a time.</summary>
    /// <returns>Whether the step may be sent; else it is taken back and planned anew.</returns>
    public async ValueTask<bool> StandsAsync(EntityWork work, PlanStep step, Desired desired, ClaimVerdict planned, CancellationToken cancellationToken)
    {
        foreach (var (kind, value) in Claimed(work, step, desired))
        {
            var others = (await ledger.ReadAgainAsync(kind, value, cancellationToken)).Select(c => c.Claimant).Where(c => c != work.State.Key).ToList();
            if (await JudgeAsync(work, desired, cancellationToken) != planned) return false;
            if (others.Count == 0) continue;
            foreach (var other in (await store.LoadAsync(others, cancellationToken)).Values)
            {
                if (other.Intent is { } open && Touches(PlanStepJson.Read(open.StepJson), step, kind)) return false;
            }
        }

        return true;
    }

    private static IEnumerable<(string Kind, string Value)> Claimed(EntityWork work, PlanStep step, Desired desired)
    {
        if (step.Sets.GetValueOrDefault("lookup_key") is FieldValue.Text key) yield return (ClaimKinds.LookupKey, key.Value);
        if (step.Kind is StepKind.SetDefault or StepKind.UnsetDefault && work.Map.Parent is { } parent && desired.ParentKey is { } parentKey)
            yield return (ClaimKinds.DefaultPrice, $"{parent.Resource}/{parentKey}");
    }

    private static bool Touches(PlanStep other, PlanStep mine, string kind) => kind == ClaimKinds.LookupKey
        ? other.Sets.GetValueOrDefault("lookup_key") is FieldValue.Text theirs && theirs == mine.Sets["lookup_key"]
        : other.Kind is StepKind.SetDefault or StepKind.UnsetDefault && other.Command.Path == mine.Command.Path;

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
