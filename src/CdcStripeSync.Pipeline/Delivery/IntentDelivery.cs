using System.Globalization;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Carries out one write: stored before its first send, sent byte for byte until its outcome is known, then applied.</summary>
/// <remarks>Updates are stored too, not only creates: where the row went from A to B and back to A, an update to B whose answer was lost
/// would otherwise stand in Stripe while the row, folded after a restart, equals what was last confirmed.</remarks>
internal sealed class IntentDelivery(DeliveryParts parts, KeyedLock<string> objects, ClaimJudge claims)
{
    private const int MostReplans = 3;

    /// <summary>How often a request is sent to an address that Stripe does not know.</summary>
    internal const int MostBrief = 4;

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);
    private readonly IntentHold _hold = new(parts);
    private readonly Adoption _adoption = new(parts.Requester, parts.Store, parts.Options.RequestDeadline);

    /// <summary>Stores the step as the entity's open intent. Its grant, which was acquired before, is used for the first send.</summary>
    public async Task StoreAsync(EntityWork work, PlanStep step, CancellationToken cancellationToken)
    {
        var id = step.IntentId ?? parts.Random.NextId();
        var form = FormEncoder.Encode(step.Command.Parameters);
        work.State = work.State with
        {
            Intent = new Intent(
                id, work.State.Generation, 1, step.Command.Path, form, parts.Options.ApiVersion, KeyOf(id, 1), parts.Time.GetUtcNow(), PlanStepJson.Write(step))
            {
                Position = work.Position,
                StoredAt = parts.Now,
                HeldAt = parts.Now,
            },
        };
        await parts.PersistAsync(work, cancellationToken);
    }

    /// <summary>Takes back an intent that was never sent, and waits a moment for whoever is before it.</summary>
    public async Task TakeBackAsync(EntityWork work, PlanStep step, int times, CancellationToken cancellationToken)
    {
        parts.Requester.Return(Request(work, step, work.State.Intent));
        work.State = work.State with { Intent = null };
        await parts.PersistAsync(work, cancellationToken);
        await parts.BackOffAsync(Math.Min(times, 3), cancellationToken);
    }

    /// <summary>Sends the open intent until its outcome is known; nothing folds into it meanwhile. One that was found in the store is taken
    /// over first, by a write of its own: whoever stored it may be about to take it back or to conclude it, and then fails and looks again.</summary>
    /// <param name="begun">The step, where this process has just stored it and acquired a grant for its first send.</param>
    /// <param name="fold">Folds in what arrived meanwhile; answers whether anything could be.</param>
    /// <returns>Why the row waits, or null: plan again.</returns>
    public async Task<ParkedRow?> FinishAsync(EntityWork work, Observations observed, PlanStep? begun, Func<bool> fold, CancellationToken cancellationToken)
    {
        var granted = begun is not null;
        var step = begun ?? PlanStepJson.Read(work.State.Intent!.StepJson);
        if (!granted)
        {
            await _hold.SayAsync(work, cancellationToken);
            while (await claims.WaitsAsync(work, step, cancellationToken))
            {
                await parts.BackOffAsync(MostReplans, cancellationToken);
                await _hold.SayAgainAsync(work, cancellationToken);
            }
        }

        var look = false;
        var brief = 0;
        var mayStand = begun is null; // whoever stored it may have sent it
        for (var attempt = 1; ; attempt++)
        {
            if (!granted) await parts.Gate.OpenAsync(cancellationToken);
            if (!granted) await _hold.SayAgainAsync(work, cancellationToken);
            var intent = work.State.Intent!;
            if (look || IsForgotten(intent))
            {
                if (granted) parts.Requester.Return(Request(work, step, intent));
                granted = false;
                if (step.IsCreate)
                {
                    var (found, failure) = await LookAsync(work, step, cancellationToken);
                    if (found is not null)
                    {
                        if (work.Map.Type.Name == "billing.meter")
                        {
                            // Nothing in it says that this very intent made it: it may show another name than was sent.
                            await AdoptAsync(work, found, work.Desired, cancellationToken);
                            return null;
                        }

                        Audit(work, "adopt", step, found.Text("id"), null);
                        await ConfirmAsync(work, step, new StripeOutcome.Success(found, null, false), cancellationToken);
                        return null;
                    }

                    if (failure is not null)
                    {
                        var refused = ErrorPolicy.Decide(failure, isCreate: false, isDelete: false);
                        if (refused.Action == ErrorAction.StopAll) parts.StopAll(refused);
                        else if (!IsToBeRetried(refused, ref brief))
                        {
                            // The intent stays open: without its id nobody could tell the object that it may have made.
                            return parts.Refused(
                                work, ParkReason.NeedsPerson, $"whether its object was made cannot be told: Stripe does not show what there is: {refused.Message}",
                                "mend what the message names; it is looked for again by itself, and when the row is released");
                        }

                        await parts.BackOffAsync(attempt, cancellationToken);
                        continue;
                    }
                }

                await NextAttemptAsync(work, cancellationToken);
                look = false;
                intent = work.State.Intent!;
            }

            var outcome = await SendAsync(work, step, intent, attempt, granted, cancellationToken);
            granted = false;
            if (outcome is null) continue;
            if (outcome is StripeOutcome.Success success)
            {
                await ConfirmAsync(work, step, success, cancellationToken);
                observed.Replans = 0;
                return null;
            }

            var decision = ErrorPolicy.Decide(outcome, step.IsCreate, step.Kind == StepKind.Delete);
            switch (decision.Action)
            {
                case ErrorAction.RetryBriefly when !IsToBeRetried(decision, ref brief):
                    if (!mayStand) work.State = work.State with { Intent = null }; // else it stays open: what it may have written is told by its key alone
                    return parts.Refused(work, ParkReason.NeedsPerson, decision.Message, decision.Hint);
                case ErrorAction.RetryLater or ErrorAction.RetryBriefly:
                    mayStand |= MayStand(outcome);
                    // Stripe repeats a saved 5xx for ever; an update may be executed again under another key, a create is looked for first.
                    if (!step.IsCreate && outcome is StripeOutcome.Refused { Replayed: true }) await NextAttemptAsync(work, cancellationToken);
                    await parts.BackOffAsync(attempt, cancellationToken);
                    if (!mayStand && !step.IsCreate && IsOvertaken(work, fold)) return null;
                    break;
                case ErrorAction.StopAll:
                    parts.StopAll(decision);
                    break;
                case ErrorAction.Adopt when outcome is StripeOutcome.Refused { Error.Code: "resource_already_exists" } && intent.Attempt > 1:
                    work.State = work.State with { Intent = null };
                    return parts.Refused(work, ParkReason.Conflict, decision.Message, "an object with this id exists that is not this row's: remove it, or change stripe_id in the mapping");
                // A meter says nothing of whose it is: it is ours only where one of ours may have been made of which nothing is known.
                case ErrorAction.Adopt when outcome is StripeOutcome.Refused { Error.Param: "event_name" } && (intent.Attempt > 1 || !(mayStand || parts.LooksFirst || parts.Gate.Current.Adopt)):
                    work.State = work.State with { Intent = null };
                    return ValueOf(work, step, decision) is { } name
                        ? work.Park(ParkReason.Conflict, decision.Message, decision.Hint, parts.Now) with { WaitsFor = name }
                        : parts.Refused(work, ParkReason.Conflict, decision.Message, decision.Hint);
                case ErrorAction.Adopt:
                    look = true;
                    break;
                default:
                    work.State = work.State with { Intent = null };
                    return await RefusedAsync(work, step, decision, observed, attempt, cancellationToken);
            }
        }
    }

    private async Task<(FieldValue.Object? Found, StripeOutcome? Failure)> LookAsync(EntityWork work, PlanStep step, CancellationToken cancellationToken)
    {
        (FieldValue.Object?, StripeOutcome?) answer = default;
        await _hold.WhileAsync(work, async stop => answer = await _adoption.FindAsync(work.Map, work.State, step, stop), undo: null, cancellationToken);
        return answer;
    }

    /// <summary>Takes the row's next state. Where its object is gone, those that stand under that look for their parent's next one when this row is settled.</summary>
    public void Becomes(EntityWork work, EntityState next)
    {
        if (next.StripeId is null && work.State.StripeId is { } gone && parts.Mapping.Resources.Any(r => r.Parent?.Resource == work.Map.Type.Name))
            work.Call(work.State.Key, new LaneWork.ParentMoved(gone), parts.Now);
        work.State = next;
    }

    /// <summary>Links an object that stood in the account before; what it shows is what differences are told from.</summary>
    public async Task AdoptAsync(EntityWork work, FieldValue.Object found, Desired desired, CancellationToken cancellationToken)
    {
        work.State = StateAfter.Adopted(work.State, work.Map, desired, found, work.Position) with { MappingFingerprint = parts.Mapping.Fingerprint };
        work.Audit.Add(new AuditEntry(
            work.State.Key, "adopt", $"GET {work.Map.Type.ObjectPath(work.State.StripeId!)}", "", work.State.StripeId, null, work.Position.ToString(), parts.Now));
        await parts.PersistAsync(work, cancellationToken);
        await WakeChildrenAsync(work, cancellationToken);
    }

    public void Audit(EntityWork work, string kind, PlanStep step, string? stripeId, string? requestId) => work.Audit.Add(new AuditEntry(
        work.State.Key, kind, $"{step.Command.Method} {step.Command.Path}", work.State.Intent?.Body ?? FormEncoder.Encode(step.Command.Parameters), stripeId, requestId, work.Position.ToString(), parts.Now));

    /// <summary>The audit's word; where the step counts against the breadth limit, the one that it counts by.</summary>
    public static string AuditKind(PlanStep step) => step.Kind switch
    {
        StepKind.Update or StepKind.Restore when step.Breadth == BreadthKind.Archive => "archive",
        StepKind.Create => step.Breadth == BreadthKind.Recreate ? "recreate" : "create",
        StepKind.CreateSuccessor => "price_change",
        StepKind.Update => "update",
        StepKind.SetDefault or StepKind.UnsetDefault => "set_default",
        StepKind.Archive => step.Breadth == BreadthKind.PriceChange ? "archive_predecessor" : "archive", // before its successor: that one counts
        StepKind.ArchivePredecessor => "archive_predecessor",
        StepKind.Restore => "restore",
        StepKind.Delete => "delete",
        _ => throw new InvalidOperationException($"step {step.Kind}"),
    };

    /// <summary>A write as it is sent, or waits for its turn.</summary>
    public StripeRequest Request(EntityWork work, PlanStep step, Intent? intent) => new(
        step.Command.Method == "DELETE" ? StripeMethod.Delete : StripeMethod.Post, step.Command.Path, step.Command.PathTemplate, intent?.Body ?? "",
        step.Command.Method == "DELETE" ? null : intent?.IdempotencyKey, $"{work.State.Key} at {work.Position}", parts.Options.RequestDeadline)
    {
        ApiVersion = intent?.ApiVersion,
    };

    /// <summary>A started succession goes before all new work: no one sells at two prices for long.</summary>
    public static RequestLane Lane(EntityWork work, int attempt) =>
        work.State.Succession is not null ? RequestLane.Succession : attempt > 1 ? RequestLane.Retry : work.IsUrgent ? RequestLane.Live : RequestLane.Backfill;

    /// <summary>Stripe said no, surely and once: nothing was written.</summary>
    private async Task<ParkedRow?> RefusedAsync(EntityWork work, PlanStep step, ErrorDecision decision, Observations observed, int attempt, CancellationToken cancellationToken)
    {
        switch (decision.Action)
        {
            case ErrorAction.ArchiveInstead when work.Map.Type.CanArchive: // a product that had a price
                observed.DeleteRefused = true;
                return null;
            case ErrorAction.Recreate when step.Kind is StepKind.Delete or StepKind.Archive or StepKind.ArchivePredecessor:
                await ConfirmAsync(work, step, new StripeOutcome.Success(Parameters.Empty, null, false), cancellationToken);
                return null;
            case ErrorAction.Recreate when step.Kind is StepKind.Update or StepKind.Restore:
                Becomes(work, StateAfter.Gone(work.State));
                return null;
            case ErrorAction.Recreate: // the path of a default is the product's
                return parts.Refused(work, ParkReason.NeedsPerson, decision.Message, "the product was deleted in Stripe: mend the product's row or the object, then release this row");
            case ErrorAction.Replan or ErrorAction.NeedsPerson when observed.Replans < MostReplans
                && (decision.Action == ErrorAction.Replan || await claims.IsClaimedByOthersAsync(work, step, decision, cancellationToken)):
                observed.Replans++;
                if (step.Kind == StepKind.ArchivePredecessor && work.Map.Type.Name == "price") work.State = StateAfter.OldIsDefault(work.State);
                await parts.BackOffAsync(attempt, cancellationToken);
                return null;
            default:
                return ValueOf(work, step, decision) is { } value
                    ? work.Park(ParkReason.Conflict, decision.Message, "it goes on when the row that has the value now gives it up; where none of ours has it, free it in Stripe and release this row", parts.Now) with { WaitsFor = value }
                    : parts.Refused(work, ParkReason.NeedsPerson, decision.Message, decision.Hint);
        }
    }

    /// <summary>What the row waits for, where another object has the only one of it.</summary>
    private static string? ValueOf(EntityWork work, PlanStep step, ErrorDecision decision) =>
        SoleValues.WaitsFor(work.Map.Type, work.State, step, decision.Message) is { } value && KeySize.Fits(value) ? value : null;

    private static bool IsToBeRetried(ErrorDecision decision, ref int brief) =>
        decision.Action == ErrorAction.RetryLater || (decision.Action == ErrorAction.RetryBriefly && ++brief < MostBrief);

    /// <summary>What was sent may have been carried out, or may be yet.</summary>
    private static bool MayStand(StripeOutcome outcome) => outcome switch
    {
        StripeOutcome.NoAnswer none => none.MayHaveExecuted,
        StripeOutcome.Refused { Error: { Status: 429 } or { Status: 404, IsForeign: false } } => false,
        _ => true,
    };

    /// <summary>Of a step that surely changed nothing: the row says more by now, and what follows from that is planned in its place.</summary>
    private static bool IsOvertaken(EntityWork work, Func<bool> fold)
    {
        var open = work.State;
        work.State = open with { Intent = null };
        if (fold()) return true;
        work.State = open;
        return false;
    }

    /// <summary>Stripe may have forgotten the key: what was sent under it would be carried out once more.</summary>
    private bool IsForgotten(Intent intent) => parts.Now - intent.CreatedAt > parts.Options.KeyMemory;

    /// <returns>Null where writing was stopped before its turn came, or the turn came when the key was forgotten: nothing was sent.</returns>
    private async Task<StripeOutcome?> SendAsync(EntityWork work, PlanStep step, Intent intent, int attempt, bool granted, CancellationToken cancellationToken)
    {
        var request = Request(work, step, intent);
        if (!granted) await _hold.WhileAsync(work, stop => parts.Requester.AcquireAsync(Lane(work, attempt), request, stop), () => parts.Requester.Return(request), cancellationToken);
        if (parts.Gate.Closed is not null || IsForgotten(intent))
        {
            parts.Requester.Return(request);
            return null;
        }

        if (attempt > 1 || parts.Now - work.WrittenAt > FreshFor) await StillOursAsync(work, request, cancellationToken);
        work.Requests++;
        using (await objects.AcquireAsync(step.IsCreate ? work.State.Key.ToString() : step.Command.Path))
        {
            return await parts.Requester.SendAsync(work.State.Key, request, cancellationToken);
        }
    }

    /// <summary>A process that slept or waited looks before it sends: where another has taken the row up, it may have given the intent up, too.</summary>
    private async Task StillOursAsync(EntityWork work, StripeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if ((await parts.Entities.ReadAgainAsync(work.State.Key, cancellationToken)).Version != work.Stored.Version)
                throw new StateConflictException($"{work.State.Key} was written by another process");
        }
        catch
        {
            parts.Requester.Return(request);
            throw;
        }
    }

    private async Task ConfirmAsync(EntityWork work, PlanStep step, StripeOutcome.Success success, CancellationToken cancellationToken)
    {
        var confirmed = StateAfter.Step(work.State, step, success.Body, success.RequestId, work.Position) with { Intent = null, MappingFingerprint = parts.Mapping.Fingerprint };
        Audit(work, AuditKind(step), step, confirmed.StripeId, success.RequestId);
        var freed = SoleValues.Freed(work.Map.Type, work.State, step, success.Body);
        Becomes(work, confirmed);
        work.Braked = BreadthKind.None;
        await claims.ConfirmedAsync(work, step, cancellationToken);
        foreach (var waiting in freed is null ? [] : await parts.Waiters.OfValueAsync(freed, cancellationToken)) work.Call(waiting.Key, new LaneWork.Wake(), parts.Now);
        await parts.PersistAsync(work, cancellationToken);
        if (step.Kind == StepKind.Create) await WakeChildrenAsync(work, cancellationToken);
    }

    private async Task WakeChildrenAsync(EntityWork work, CancellationToken cancellationToken)
    {
        var waitsFor = $"{work.Map.Type.Name}/{work.State.Key.Key}";
        foreach (var waiting in await parts.Waiters.OfAsync(waitsFor, cancellationToken)) work.Afterwards.Add((waiting.Key, new LaneWork.Wake()));
    }

    /// <summary>Its key is stored before it is sent: who takes the intent over never takes a key that was used for an attempt before.</summary>
    private async Task NextAttemptAsync(EntityWork work, CancellationToken cancellationToken)
    {
        var intent = work.State.Intent!;
        work.State = work.State with
        {
            Intent = intent with { Attempt = intent.Attempt + 1, IdempotencyKey = KeyOf(intent.Id, intent.Attempt + 1), CreatedAt = parts.Time.GetUtcNow() },
        };
        await parts.PersistAsync(work, cancellationToken);
    }

    private static string KeyOf(string intentId, int attempt) => string.Create(CultureInfo.InvariantCulture, $"cdc-{intentId}-{attempt}");
}
