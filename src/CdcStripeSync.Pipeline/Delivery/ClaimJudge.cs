using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Registers what an entity claims and says who won.</summary>
internal sealed class ClaimJudge(DeliveryParts parts)
{
    private static readonly FieldPath LookupKey = FieldPath.Parse("lookup_key");

    private static readonly FieldPath Active = FieldPath.Parse("active");

    /// <param name="parentId">The parent's Stripe id: a default is claimed from the object, whatever its row's key becomes.</param>
    public async ValueTask<ClaimVerdict> JudgeAsync(EntityWork work, Desired desired, string? parentId, CancellationToken cancellationToken)
    {
        var verdict = ClaimVerdict.Alone;
        if (work.Map.LookupKey is null && work.Map.DefaultWhen is null) return verdict;
        var exists = work.State.RowExists && desired.Exists == true;
        var lookupKey = exists && LookupKeyOf(work, desired) is FieldValue.Text key && KeySize.Fits(key.Value) ? key.Value : null;
        var defaultOf = exists && CanBeDefault(desired) ? parentId : null;
        foreach (var own in await OwnAsync(work, cancellationToken))
        {
            if (own.Value != (own.Kind == ClaimKinds.LookupKey ? lookupKey : defaultOf)) await GiveUpAsync(work, own, cancellationToken);
        }

        if (lookupKey is not null)
        {
            var (won, others) = await ClaimAsync(work, ClaimKinds.LookupKey, lookupKey, cancellationToken);
            verdict = verdict with { LookupKeyWon = won, LookupKeyTransfer = others.Count > 0 };
        }

        if (work.Map.DefaultWhen is null) return verdict;
        if (defaultOf is null) return verdict with { DefaultWon = false, OtherDefaultClaimant = await LeavesDefaultAsync(work, cancellationToken) };
        var (isWon, claimants) = await ClaimAsync(work, ClaimKinds.DefaultPrice, defaultOf, cancellationToken);
        return verdict with { DefaultWon = isWon, OtherDefaultClaimant = claimants.Any(o => !ClaimLedger.IsReleased(o)) };
    }

    /// <summary>The lookup key that the row's object is to have: of what the source gives only once, the one that it is made with or has. A key that cannot be moved
    /// from one object to another is nobody's claim: Stripe keeps those of features apart from those of prices.</summary>
    private static FieldValue? LookupKeyOf(EntityWork work, Desired desired)
    {
        if (work.Map is not { LookupKey: { } rule, Type.CanTransferLookupKey: true }) return null;
        if (rule.Owner != Owner.SourceOnCreate) return desired.Fields.GetValueOrDefault(LookupKey)?.Value;
        return work.State.StripeId is null
            ? PlanInput.GivenOnce(work.Map, work.DesiredAtFirst, desired).Fields.GetValueOrDefault(LookupKey)?.Value
            : work.State.Base.GetValueOrDefault("lookup_key")?.Value;
    }

    /// <summary>An inactive price cannot be a default: it does not claim to be one.</summary>
    private static bool CanBeDefault(Desired desired) =>
        desired.IsDefault == true && desired.Fields.GetValueOrDefault(Active)?.Value is not FieldValue.Boolean { Value: false };

    /// <summary>The row was the default and does not want to be any more. Where another claims it, that one overwrites it; should it give up
    /// before, this row is the one to unset it: so its claim stays, as the oldest of all.</summary>
    private async ValueTask<bool> LeavesDefaultAsync(EntityWork work, CancellationToken cancellationToken)
    {
        if (work.State.Base.GetValueOrDefault(Planner.DefaultMark)?.Value is not FieldValue.Text parent) return false;
        var own = await OwnAsync(work, cancellationToken);
        if (!own.Any(c => c.Kind == ClaimKinds.DefaultPrice && c.Value == parent.Value))
        {
            Put(work, new Claim(ClaimKinds.DefaultPrice, parent.Value, work.State.Key, ClaimLedger.Released));
            await parts.PersistAsync(work, cancellationToken);
        }

        var standing = await parts.Claims.OfAsync(ClaimKinds.DefaultPrice, parent.Value, fresh: true, cancellationToken);
        return standing.Any(c => c.Claimant != work.State.Key && !ClaimLedger.IsReleased(c));
    }

    /// <summary>Looks again at what a stored step claims, before its first send. Every claimant writes its claim and its open intent first and
    /// looks at the others' afterwards, so of two processes at least one sees the other; and a value's writes reach Stripe one at a time.</summary>
    /// <returns>Whether the step may be sent; else it is taken back and planned anew.</returns>
    public async ValueTask<bool> StandsAsync(EntityWork work, PlanStep step, Desired desired, string? parentId, ClaimVerdict planned, CancellationToken cancellationToken)
    {
        foreach (var (kind, value) in Claimed(work, step))
        {
            var standing = await parts.Claims.OfAsync(kind, value, fresh: true, cancellationToken);
            if (await JudgeAsync(work, desired, parentId, cancellationToken) != planned) return false;
            if (Open(await ClaimantsAsync(work, kind, value, standing, cancellationToken), step, kind).Any()) return false;
        }

        return true;
    }

    /// <summary>Whether an intent that was found in the store has to wait: it may have been sent, and can not be taken back any more; or it was
    /// never sent, and another row's was stored before it and looked before it could see it. The older one is concluded first.</summary>
    public async ValueTask<bool> WaitsAsync(EntityWork work, PlanStep step, CancellationToken cancellationToken)
    {
        var mine = work.State.Intent!;
        foreach (var (kind, value) in Claimed(work, step))
        {
            var standing = await parts.Claims.OfAsync(kind, value, fresh: true, cancellationToken);
            if (Open(await ClaimantsAsync(work, kind, value, standing, cancellationToken), step, kind).Any(o => (o.StoredAt, o.Id).CompareTo((mine.StoredAt, mine.Id)) < 0)) return true;
        }

        return false;
    }

    /// <summary>Open intents of other rows that write the same value.</summary>
    private static IEnumerable<Intent> Open(IEnumerable<(Claim Claim, EntityState? Row)> others, PlanStep step, string kind) =>
        others.Select(o => o.Row?.Intent).OfType<Intent>().Where(i => Touches(PlanStepJson.Read(i.StepJson), step, kind));

    /// <summary>The other claimants to a value, each with its row. A row whose key changes between the two looks has its claim under the new key
    /// by then: it is looked for again there.</summary>
    /// <param name="standing">The claims as the store had them a moment ago.</param>
    private async ValueTask<IReadOnlyList<(Claim Claim, EntityState? Row)>> ClaimantsAsync(EntityWork work, string kind, string value, IReadOnlyList<Claim> standing, CancellationToken cancellationToken)
    {
        while (standing.Any(c => c.Claimant != work.State.Key))
        {
            var rows = await parts.Store.LoadAsync([.. standing.Select(c => c.Claimant).Where(c => c != work.State.Key)], cancellationToken);
            var now = await parts.Claims.OfAsync(kind, value, fresh: true, cancellationToken);
            if (now.All(c => standing.Any(s => s.Claimant == c.Claimant))) return [.. now.Where(c => c.Claimant != work.State.Key).Select(c => (c, rows.GetValueOrDefault(c.Claimant)))];
            standing = now;
        }

        return [];
    }

    /// <summary>Who touches a value is found by the others through its claim: a row that has none (it unsets a default that it did not set) makes
    /// one for as long as the step is open.</summary>
    public async ValueTask RegisterAsync(EntityWork work, PlanStep step, CancellationToken cancellationToken)
    {
        foreach (var (kind, value) in Claimed(work, step))
        {
            if ((await OwnAsync(work, cancellationToken)).All(c => c.Kind != kind || c.Value != value))
                Put(work, new Claim(kind, value, work.State.Key, ClaimLedger.Released));
        }
    }

    private static string? LookupKeyIn(EntityWork work, PlanStep step) =>
        work.Map.Type.CanTransferLookupKey && step.Sets.GetValueOrDefault("lookup_key") is FieldValue.Text key ? key.Value : null;

    private static IEnumerable<(string Kind, string Value)> Claimed(EntityWork work, PlanStep step)
    {
        if (LookupKeyIn(work, step) is { } key) yield return (ClaimKinds.LookupKey, key);
        if (step is { Kind: StepKind.SetDefault or StepKind.UnsetDefault, ParentId: { } parentId }) yield return (ClaimKinds.DefaultPrice, parentId);
    }

    private static bool Touches(PlanStep other, PlanStep mine, string kind) => kind == ClaimKinds.LookupKey
        ? other.Sets.GetValueOrDefault("lookup_key") is FieldValue.Text theirs && theirs == mine.Sets["lookup_key"]
        : other.Kind is StepKind.SetDefault or StepKind.UnsetDefault && other.Command.Path == mine.Command.Path;

    /// <summary>A step was confirmed: those who held the value before hold it no longer, and a newer claimant that it overtook sends again.</summary>
    public async ValueTask ConfirmedAsync(EntityWork work, PlanStep step, CancellationToken cancellationToken)
    {
        if (step is { Kind: StepKind.SetDefault or StepKind.UnsetDefault, ParentId: { } parentId }) await LoseAsync(work, ClaimKinds.DefaultPrice, parentId, cancellationToken);
        if (LookupKeyIn(work, step) is { } key) await LoseAsync(work, ClaimKinds.LookupKey, key, cancellationToken);
    }

    /// <summary>Stripe says that another price holds the lookup key, and another row of ours claims it: it took it a moment ago.</summary>
    public async ValueTask<bool> IsClaimedByOthersAsync(EntityWork work, PlanStep step, ErrorDecision refusal, CancellationToken cancellationToken) =>
        LookupKeyIn(work, step) is { } key && refusal.Message.Contains("already uses that lookup key", StringComparison.Ordinal)
        && (await parts.Claims.OfAsync(ClaimKinds.LookupKey, key, fresh: true, cancellationToken)).Any(c => c.Claimant != work.State.Key);

    private async ValueTask LoseAsync(EntityWork work, string kind, string value, CancellationToken cancellationToken)
    {
        var standing = await parts.Claims.OfAsync(kind, value, fresh: true, cancellationToken);
        var mine = standing.FirstOrDefault(c => c.Claimant == work.State.Key);
        foreach (var (other, row) in await ClaimantsAsync(work, kind, value, standing, cancellationToken))
        {
            if (row is not null && StateAfter.Holding(row, ClaimKinds.FieldOf(kind), value) is { } held)
                work.Call(other.Claimant, new LaneWork.ClaimLost(kind, value, held.RequestId), parts.Now);
            else if (mine is null || ClaimLedger.IsNewer(other, mine))
                work.Call(other.Claimant, new LaneWork.Wake(), parts.Now);
            if (ClaimLedger.IsReleased(other)) Drop(work, other);
        }
    }

    /// <summary>A lost value was told to a key whose row has moved on, and another has begun there since: the row that held it claims it still,
    /// under the key that it has now.</summary>
    public async ValueTask PassOnAsync(EntityWork work, LaneWork.ClaimLost lost, CancellationToken cancellationToken)
    {
        var standing = await parts.Claims.OfAsync(lost.Kind, lost.Value, fresh: true, cancellationToken);
        foreach (var (other, row) in await ClaimantsAsync(work, lost.Kind, lost.Value, standing, cancellationToken))
        {
            if (row is not null && StateAfter.Holding(row, ClaimKinds.FieldOf(lost.Kind), lost.Value)?.RequestId == lost.RequestId) work.Call(other.Claimant, lost, parts.Now);
        }
    }

    /// <summary>The row does not want the value any more. Where its object may still hold it, the claim stays as the oldest of all until another
    /// has taken the value. The newest claimant, who may have lost to this row, looks again; where nobody claims it, those do who left it to this row.</summary>
    private async ValueTask GiveUpAsync(EntityWork work, Claim own, CancellationToken cancellationToken)
    {
        if (!ClaimLedger.IsReleased(own))
        {
            Put(work, own = own with { At = ClaimLedger.Leaving });
            await parts.PersistAsync(work, cancellationToken);
        }

        var isNews = own.At == ClaimLedger.Leaving;
        var mayHold = own.Kind == ClaimKinds.LookupKey
            ? !work.State.Predecessors.IsEmpty || work.State.Base.GetValueOrDefault("lookup_key")?.Value is FieldValue.Text held && held.Value == own.Value
            : StateAfter.Holding(work.State, Planner.DefaultMark, own.Value) is not null;
        if (isNews)
        {
            var others = (await parts.Claims.OfAsync(own.Kind, own.Value, fresh: true, cancellationToken)).Where(c => c.Claimant != work.State.Key).ToList();
            foreach (var other in others.Exists(o => !ClaimLedger.IsReleased(o)) ? others[..1] : others) work.Call(other.Claimant, new LaneWork.Wake(), parts.Now);
        }

        if (!mayHold) Drop(work, own);
        else if (isNews) Put(work, own with { At = ClaimLedger.Released });
    }

    private async ValueTask<(bool Won, IReadOnlyList<Claim> Others)> ClaimAsync(EntityWork work, string kind, string value, CancellationToken cancellationToken)
    {
        var standing = await parts.Claims.OfAsync(kind, value, fresh: false, cancellationToken);
        if ((await OwnAsync(work, cancellationToken)).FirstOrDefault(c => c.Kind == kind && c.Value == value) is not { At.Epoch: >= 0 } mine)
        {
            var at = work.State.Streamed is { Position.IsKnown: true } streamed ? streamed : work.State.Snapshot ?? new StreamPosition(0, default, null);
            Put(work, mine = new Claim(kind, value, work.State.Key, at));
        }

        if (standing.All(c => c.Claimant != work.State.Key) || standing[0].Claimant != work.State.Key) standing = await parts.Claims.OfAsync(kind, value, fresh: true, cancellationToken);
        List<Claim> others = [.. standing.Where(c => c.Claimant != work.State.Key)];
        if (others.Count > 0 && ClaimLedger.IsNewer(others[0], mine) && work.Claims.Exists(c => ClaimLedger.IsSame(c, mine)))
        {
            await parts.PersistAsync(work, cancellationToken);
            others = [.. (await parts.Claims.OfAsync(kind, value, fresh: true, cancellationToken)).Where(c => c.Claimant != work.State.Key)];
        }

        return (others.Count == 0 || ClaimLedger.IsNewer(mine, others[0]), others);
    }

    /// <summary>The row's own claims; those that are not stored yet are known to the row's work alone once others had to look afresh.</summary>
    private async ValueTask<IReadOnlyList<Claim>> OwnAsync(EntityWork work, CancellationToken cancellationToken)
    {
        var known = await parts.Claims.OfClaimantAsync(work.State.Key, cancellationToken);
        return [.. known.Where(k => !work.Claims.Concat(work.ClaimsDropped).Any(c => ClaimLedger.IsSame(c, k))), .. work.Claims];
    }

    private void Put(EntityWork work, Claim claim)
    {
        parts.Claims.Put(claim);
        work.Claims.RemoveAll(c => ClaimLedger.IsSame(c, claim));
        work.Claims.Add(claim);
        work.ClaimsDropped.RemoveAll(c => ClaimLedger.IsSame(c, claim));
    }

    private void Drop(EntityWork work, Claim claim)
    {
        parts.Claims.Drop(claim);
        work.ClaimsDropped.Add(claim);
        work.Claims.RemoveAll(c => ClaimLedger.IsSame(c, claim));
    }
}
