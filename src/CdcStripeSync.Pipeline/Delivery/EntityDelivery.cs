using System.Globalization;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Retry;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Brings one entity to where its row wants it: plans, sends, applies, plans again, until nothing is left or it has to wait.</summary>
internal sealed class EntityDelivery(DeliveryParts parts, ClaimJudge claims)
{
    /// <summary>More steps than any plan has: a field that never becomes equal must not send requests for ever.</summary>
    private const int MostTurns = 60;

    /// <summary>How often a step gives way to another row's request for the same value before its row is seen to wait: some 7 s.</summary>
    private const int MostTakenBack = 10;

    private readonly ClaimJudge _claims = claims;
    private readonly ParentFinder _parents = new(parts.Mapping, parts.Entities);
    private readonly ExistingObjects _existing = new(parts);
    private readonly IntentDelivery _intents = new(parts, new KeyedLock<string>(), claims);

    /// <returns>Why the row waits, or null when it is settled.</returns>
    public async Task<ParkedRow?> DeliverAsync(EntityWork work, KeyLane lane, Func<EntityWork, KeyLane, bool> refold, CancellationToken cancellationToken)
    {
        var observed = new Observations();
        PlanStep? begun = null;
        var takenBack = 0;
        var begins = true;
        for (var turns = 0; ; turns++)
        {
            if (turns > MostTurns)
                return work.Park(ParkReason.NeedsPerson, $"after {MostTurns} steps Stripe still does not show what the row wants", "report it with the row's audit; the row is tried again when it changes", parts.Now);
            if (work.State.Intent is not null)
            {
                if (parts.Options.Shadow) return null;
                var (earlier, folded) = (work.State.StripeId, work.Folded.Count);
                if (await _intents.FinishAsync(work, observed, begun, () => lane.HasFoldable && refold(work, lane), cancellationToken) is { } stuck) return stuck;
                if (work.Folded.Count > folded) turns = 0;
                observed.Forget(); // of what it was, or of the object before it
                if (work.State.StripeId != earlier) ForgetParent(work);
                begun = null;
                continue;
            }

            var desired = work.Desired;
            var parent = await _parents.FindAsync(work.Map, work.State, desired, cancellationToken);
            if (parent is ParentStatus.Linked known && work.State.ParentStripeId is { } was && (was != known.StripeId || (IsToBeRestored(work.State) && begins)))
            {
                begins = false;
                ForgetParent(work); // no object goes to another parent, nor is sold again under its own, on what is remembered
                parent = await _parents.FindAsync(work.Map, work.State, desired, cancellationToken);
            }

            var input = new PlanInput(
                work.Map, work.State, desired, work.DesiredAtFirst,
                parent, await _claims.JudgeAsync(work, desired, (parent as ParentStatus.Linked)?.StripeId, cancellationToken), parts.Random.NextId())
            {
                Observed = observed.Own,
                ObservedParent = observed.Parent,
                DeleteRefused = observed.DeleteRefused,
            };
            switch (Planner.Next(input))
            {
                case Plan.Nothing: return null;
                case Plan.Note note:
                    _intents.Becomes(work, note.State);
                    break;
                case Plan.Wait { WaitsFor: var parentKey } when !KeySize.Fits(parentKey):
                    return work.Park(ParkReason.Held, $"the key of its {work.Map.Parent!.Resource} is longer than the {KeySize.MostBytes} bytes that a row is found by", "name a parent with a shorter key", parts.Now);
                case Plan.Wait wait: return work.Park(ParkReason.Parent, wait.Message, "nothing to do: it goes on when the parent is there", parts.Now) with { WaitsFor = wait.WaitsFor };
                case Plan.Hold hold:
                    if (parent is ParentStatus.Several) work.CallLater(parts.Now); // one of these rows may be on its way out
                    return work.Park(hold.Reason, hold.Message, hold.Hint, parts.Now);
                case Plan.Ask ask:
                    if (await AskAsync(work, ask, cancellationToken) is { } unknown) return unknown;
                    break;
                case Plan.Read read:
                    if (await ReadAsync(work, read, observed, input, cancellationToken) is { } unread) return unread;
                    break;
                case Plan.Next { Step: var step } when parts.Options.Shadow:
                    _intents.Audit(work, "shadow:" + IntentDelivery.AuditKind(step), step, null, null);
                    return null;
                case Plan.Next { Step: { IsCreate: true, Command.Parameters: var made } } when made.Text("id") is { } chosen && !KeySize.Fits(chosen):
                    return work.Park(ParkReason.Held, $"its stripe_id is longer than the {KeySize.MostBytes} bytes that an object is found by", "choose a shorter stripe_id", parts.Now);
                case Plan.Next { Step: var step }:
                    var linked = work.State.StripeId;
                    if (await MayAsync(work, step, desired, cancellationToken) is { } held) return held;
                    if (linked != work.State.StripeId)
                    {
                        observed.Forget();
                        break;
                    }

                    await _claims.RegisterAsync(work, step, cancellationToken);
                    begun = await BeginAsync(work, lane, refold, step, cancellationToken) ? step : null;
                    if (begun is not null && !await StandsAsync(work, step, input, cancellationToken))
                    {
                        await _intents.TakeBackAsync(work, step, ++takenBack, cancellationToken);
                        begun = null;
                        if (takenBack == MostTakenBack)
                        {
                            work.CallLater(parts.Now); // the other row calls this one when it has sent; it may never come to that
                            return work.Park(ParkReason.Conflict, "another row's request for the same value is under way, and does not end", "look at what that row waits for; this one goes on by itself", parts.Now);
                        }
                    }

                    if (begun is null)
                    {
                        observed.Forget();
                        turns = 0;
                    }

                    break;
                default: throw new InvalidOperationException("an unknown plan");
            }
        }
    }

    /// <summary>Whether the stored step may be sent. Where that cannot be told, because another process wrote the row meanwhile, its grant goes back.</summary>
    private async Task<bool> StandsAsync(EntityWork work, PlanStep step, PlanInput input, CancellationToken cancellationToken)
    {
        try
        {
            return await _claims.StandsAsync(work, step, input.Desired, (input.Parent as ParentStatus.Linked)?.StripeId, input.Claims, cancellationToken);
        }
        catch
        {
            parts.Requester.Return(_intents.Request(work, step, work.State.Intent));
            throw;
        }
    }

    public ClaimJudge Claims => _claims;

    private static bool IsToBeRestored(EntityState state) => state is { RowExists: true, Phase: EntityPhase.Archived };

    /// <summary>The next look for the row's parent is at the store.</summary>
    /// <summary>Whether the row would not wait for its parent now.</summary>
    public async Task<bool> HasParentAsync(EntityWork work, CancellationToken cancellationToken) =>
        await _parents.FindAsync(work.Map, work.State, work.Desired, cancellationToken) is not ParentStatus.Unknown;

    public void ForgetParent(EntityWork work) => _parents.Forget(work.Map, work.State.Key, work.Desired);

    /// <summary>The brakes: the first start's question, and the breadth limit, which counts each step once however often it is tried.</summary>
    private async Task<ParkedRow?> MayAsync(EntityWork work, PlanStep step, Desired desired, CancellationToken cancellationToken)
    {
        if (step.IsCreate && (parts.LooksFirst || (parts.Creates == CreatePolicy.Ask && step.Kind == StepKind.Create)))
        {
            var linked = work.State.StripeId;
            if (await LookAsync(work, step, desired, cancellationToken) is { } waits) return waits;
            if (work.State.StripeId != linked) return null;
        }

        if (step.Breadth == BreadthKind.None || step.Breadth == work.Braked) return null;
        if (await parts.Brake.CheckAsync(work.State.Key, step.Breadth, work.Approved, cancellationToken) is { } braked)
            return work.Park(ParkReason.Breadth, braked, "look at what changed, then `cdc-stripe approve`", parts.Now);
        work.Braked = step.Breadth;
        return null;
    }

    /// <summary>Before a create: the row's object may stand in the account already, or its successor.</summary>
    /// <returns>Why the row waits; null where the object is linked now, or may be created.</returns>
    private async Task<ParkedRow?> LookAsync(EntityWork work, PlanStep step, Desired desired, CancellationToken cancellationToken)
    {
        var told = parts.Gate.Current;
        if (told.Adopt || parts.LooksFirst)
        {
            try
            {
                var match = await _existing.FindAsync(work.Map, work.State, step, told.Adopt && step.Kind == StepKind.Create, cancellationToken);
                if (match.Conflict is { } conflict)
                    return work.Park(ParkReason.Conflict, conflict, "archive or change in Stripe what is not this row's, then release the row", parts.Now);
                if (match.Id is { } id)
                {
                    var (found, unread) = await GetOwnAsync(work, id, cancellationToken);
                    if (unread is not null) return unread;
                    if (found is not null && ExistingIndex.CanBeOf(work.State.Key, found) && CanFollow(step, found))
                    {
                        await _intents.AdoptAsync(work, found, desired, cancellationToken);
                        return null;
                    }
                }
            }
            catch (ListRefusedException e)
            {
                return work.Park(ParkReason.Paused, e.Message, e.Hint, parts.Now);
            }
        }

        if (parts.Creates == CreatePolicy.Free || told.CreateAll || step.Kind == StepKind.CreateSuccessor) return null;
        return told.Adopt
            ? work.Park(ParkReason.Paused, "the account holds no object that is this row's, and nothing is created until told", "`cdc-stripe approve --create-all` creates objects for all rows that have none", parts.Now)
            : work.Park(ParkReason.Paused, "the account already holds objects that are not ours: nothing is created until told", FirstStart.Hint, parts.Now);
    }

    /// <summary>What follows an object in use is in use, too. One that is not came before it, and the store has forgotten that.</summary>
    private static bool CanFollow(PlanStep step, FieldValue.Object found) => step is not { Kind: StepKind.CreateSuccessor, OldIsInactive: false } || !found.IsInactive();

    /// <summary>Waits for the step's turn, then stores it. What arrives while it waits is folded in, and the step is planned anew:
    /// many changes cost one request.</summary>
    /// <returns>Whether the step is stored, with its grant in hand.</returns>
    private async Task<bool> BeginAsync(EntityWork work, KeyLane lane, Func<EntityWork, KeyLane, bool> refold, PlanStep step, CancellationToken cancellationToken)
    {
        var request = _intents.Request(work, step, null);
        await parts.Gate.OpenAsync(cancellationToken);
        await parts.Requester.AcquireAsync(IntentDelivery.Lane(work, 1), request, cancellationToken);
        if (parts.Gate.Closed is not null || (lane.HasFoldable && refold(work, lane)))
        {
            parts.Requester.Return(request);
            return false;
        }

        try
        {
            await _intents.StoreAsync(work, step, cancellationToken);
            return true;
        }
        catch
        {
            parts.Requester.Return(request);
            throw;
        }
    }

    /// <summary>What the event stream did not tell is read where it stands, if it can be; what is still unknown then holds the row.</summary>
    private async Task<ParkedRow?> AskAsync(EntityWork work, Plan.Ask ask, CancellationToken cancellationToken)
    {
        if (parts.Rows is not { } rows) return Unknown(work, ask.Columns, "", "run a backfill of this row, or set source.connectionString so that it can be read");
        try
        {
            var found = await rows.ReadAsync(work.State.Key, work.Map.Columns, cancellationToken);
            if (found is null && work.State.Phase != EntityPhase.Linked)
            {
                // No object is current: the unreadable record was read again when the row had ended.
                work.State = work.State with { RowExists = false, FirstImage = null };
                return null;
            }

            if (found is null)
                return Unknown(work, ask.Columns, ", and the source database has no such row any more", "nothing to do: its delete is on its way");
            work.State = Ordering.Fold.Read(work.State, found, work.Map);
            var left = ask.Columns.Where(c => found.Row[c].IsUnavailable).ToList();
            return left.Count == 0 ? null : Unknown(work, left, ", nor in the source database's table in a form that can be read", "`cdc-stripe check` names missing columns; else run a backfill of this row");
        }
        catch (RowReadException e)
        {
            return Unknown(work, ask.Columns, $": {e.Message}", e.Hint);
        }
    }

    private ParkedRow Unknown(EntityWork work, IEnumerable<string> columns, string because, string hint) =>
        work.Park(ParkReason.UnknownColumn, $"the value of {string.Join(", ", columns)} is not known here{because}", hint, parts.Now);

    private async Task<ParkedRow?> ReadAsync(EntityWork work, Plan.Read read, Observations observed, PlanInput input, CancellationToken cancellationToken)
    {
        if (read.Observed && observed.Own is null)
        {
            var (found, parked) = await GetOwnAsync(work, work.State.StripeId!, cancellationToken);
            if (parked is not null) return parked;
            observed.Own = found ?? Parameters.Empty;
        }

        if (!read.Parent || observed.Parent is not null) return null;
        var parentId = work.State.ParentStripeId ?? (input.Parent as ParentStatus.Linked)?.StripeId;
        if (parentId is null)
        {
            observed.Parent = Parameters.Empty;
            return null;
        }

        var (parent, unread) = await GetAsync(work, $"/v1/products/{Uri.EscapeDataString(parentId)}", "/v1/products/{id}", "", cancellationToken);
        observed.Parent = parent ?? Parameters.Empty;
        return unread;
    }

    private Task<(FieldValue.Object? Found, ParkedRow? Parked)> GetOwnAsync(EntityWork work, string id, CancellationToken cancellationToken)
    {
        var type = work.Map.Type;
        var query = string.Join('&', type.ShownOnRequest.Select((field, i) => string.Create(CultureInfo.InvariantCulture, $"expand[{i}]={field}")));
        return GetAsync(work, type.ObjectPath(id, type.PathParent is null ? null : work.State.ParentStripeId), type.CollectionPath + "/{id}", query, cancellationToken);
    }

    /// <summary>Null where the object is gone. Of a deleted customer Stripe still answers the id, and that it is deleted.</summary>
    private async Task<(FieldValue.Object? Found, ParkedRow? Parked)> GetAsync(EntityWork work, string path, string template, string query, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = new StripeRequest(StripeMethod.Get, path, template, query, null, $"{work.State.Key} at {work.Position}", parts.Options.RequestDeadline);
            work.Requests++;
            var outcome = await parts.Requester.AcquireAndSendAsync(IntentDelivery.Lane(work, attempt), work.State.Key, request, cancellationToken);
            if (outcome is StripeOutcome.Success success) return (success.Body.Members.GetValueOrDefault("deleted") is FieldValue.Boolean { Value: true } ? null : success.Body, null);
            if (outcome is StripeOutcome.Refused { Error.IsMissing: true }) return (null, null);
            var decision = ErrorPolicy.Decide(outcome, false, false);
            if (decision.Action == ErrorAction.StopAll) parts.StopAll(decision);
            else if (decision.Action != ErrorAction.RetryLater && (decision.Action != ErrorAction.RetryBriefly || attempt >= IntentDelivery.MostBrief)) return (null, parts.Refused(work, ParkReason.NeedsPerson, decision.Message, decision.Hint));
            if (decision.Action == ErrorAction.StopAll) await parts.Gate.OpenAsync(cancellationToken);
            else await parts.BackOffAsync(attempt, cancellationToken);
        }
    }
}
