using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Retry;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Brings one entity to where its row wants it: plans, sends, applies, plans again, until nothing is left or it has to wait.</summary>
internal sealed class EntityDelivery(DeliveryParts parts, KeyedLock<string> objects)
{
    /// <summary>More steps than any plan has: a field that never becomes equal must not send requests for ever.</summary>
    private const int MostTurns = 60;

    private readonly ClaimJudge _claims = new(parts.Claims);
    private readonly ParentFinder _parents = new(parts.Mapping, parts.Entities);
    private readonly Adoption _adoption = new(parts.Requester, parts.Store, parts.Options.RequestDeadline);

    /// <returns>Why the row waits, or null when it is settled.</returns>
    public async Task<ParkedRow?> DeliverAsync(EntityWork work, KeyLane lane, Func<EntityWork, KeyLane, bool> refold, CancellationToken cancellationToken)
    {
        var observed = new Observations();
        for (int attempt = 1, turns = 0; ; turns++)
        {
            if (turns > MostTurns)
                return Park(work, ParkReason.NeedsPerson, "", $"after {MostTurns} steps Stripe still does not show what the row wants", "report it with the row's audit; the row is tried again when it changes");
            if (work.State.Intent is not null)
            {
                if (await FinishIntentAsync(work, attempt, cancellationToken) is { } stuck) return stuck;
                attempt = 1;
                observed = new Observations();
                continue;
            }

            work.HasNews = false;
            var desired = DesiredState.Of(work.Map, work.State.Row);
            var input = new PlanInput(
                work.Map, work.State, desired, work.State.FirstImage is { } first ? DesiredState.Of(work.Map, first) : desired,
                await _parents.FindAsync(work.Map, work.State.Key, desired, cancellationToken),
                await _claims.JudgeAsync(work, desired, cancellationToken), parts.Random.NextId())
            {
                Observed = observed.Own,
                ObservedParent = observed.Parent,
                DeleteRefused = observed.DeleteRefused,
            };
            switch (Planner.Next(input))
            {
                case Plan.Nothing: return null;
                case Plan.Note note:
                    work.State = note.State;
                    break;
                case Plan.Wait wait: return Park(work, ParkReason.Parent, wait.WaitsFor, wait.Message, "nothing to do: it goes on when the parent is there");
                case Plan.Hold hold: return Park(work, hold.Reason, "", hold.Message, hold.Hint);
                case Plan.Ask ask:
                    if (await AskAsync(work, ask, cancellationToken) is { } unknown) return unknown;
                    break;
                case Plan.Read read:
                    if (await ReadAsync(work, read, observed, input, attempt, cancellationToken) is { } unread) return unread;
                    break;
                case Plan.Next { Step: var step }:
                    if (await StepAsync(work, lane, refold, step, desired, observed, attempt, cancellationToken) is not { } result) return null;
                    if (result.Park is not null) return result.Park;
                    attempt = result.Progressed ? 1 : attempt + 1;
                    if (result.Progressed) observed.Forget();
                    break;
                default: throw new InvalidOperationException("an unknown plan");
            }
        }
    }

    /// <returns>Null when there is nothing more to do (shadow mode).</returns>
    private async Task<StepResult?> StepAsync(
        EntityWork work, KeyLane lane, Func<EntityWork, KeyLane, bool> refold, PlanStep step, Desired desired, Observations observed, int attempt, CancellationToken cancellationToken)
    {
        if (parts.Options.Shadow)
        {
            Audit(work, "shadow:" + AuditKind(step), step, null, null);
            return null;
        }

        if (step.Kind == StepKind.Create && parts.CreatesWait && !parts.Gate.Current.CreateAll)
        {
            return new StepResult(Park(work, ParkReason.Paused, "", "the account already holds objects that are not ours: nothing is created until told",
                "`cdc-stripe approve --create-all` creates objects for all rows"), false);
        }

        if (await parts.Brake.CheckAsync(work.State.Key.Resource, step.Breadth, work.Approved, cancellationToken) is { } braked)
            return new StepResult(Park(work, ParkReason.Breadth, "", braked, "look at what changed, then `cdc-stripe approve`"), false);
        if (step.IsCreate)
        {
            await StoreIntentAsync(work, step, cancellationToken);
            return new StepResult(null, true);
        }

        var request = Request(work, step, FormEncoder.Encode(step.Command.Parameters), $"cdc-{work.State.Key.Resource}-{parts.Random.NextId()}");
        await parts.Gate.OpenAsync(cancellationToken);
        await parts.Requester.AcquireAsync(Lane(work, attempt), request, cancellationToken);
        if (lane.HasMore && refold(work, lane))
        {
            // What arrived while this waited for its turn is folded in: many changes cost one request.
            parts.Requester.Return(request);
            return new StepResult(null, true);
        }

        StripeOutcome outcome;
        using (await objects.AcquireAsync(step.Command.Path))
        {
            work.Requests++;
            outcome = await parts.Requester.SendAsync(work.State.Key, request, cancellationToken);
        }

        if (outcome is StripeOutcome.Success success)
        {
            await ConfirmAsync(work, step, desired, success, cancellationToken);
            return new StepResult(null, true);
        }

        return await AfterFailureAsync(work, step, outcome, observed, attempt, cancellationToken);
    }

    private async Task<StepResult> AfterFailureAsync(
        EntityWork work, PlanStep step, StripeOutcome outcome, Observations observed, int attempt, CancellationToken cancellationToken)
    {
        var decision = ErrorPolicy.Decide(outcome, isCreate: false, isDelete: step.Kind == StepKind.Delete);
        switch (decision.Action)
        {
            case ErrorAction.RetryLater:
                await WaitAsync(attempt, cancellationToken);
                return new StepResult(null, false);
            case ErrorAction.ArchiveInstead:
                observed.DeleteRefused = true;
                return new StepResult(null, false);
            case ErrorAction.Recreate when step.Kind is StepKind.Delete or StepKind.Archive or StepKind.ArchivePredecessor:
                await ConfirmAsync(work, step, DesiredState.Of(work.Map, work.State.Row), new StripeOutcome.Success(Parameters.Empty, null, false), cancellationToken);
                return new StepResult(null, true);
            case ErrorAction.Recreate when step.Kind is StepKind.Update or StepKind.Restore:
                work.State = work.State with { StripeId = null, ParentStripeId = null, Phase = EntityPhase.Absent, Generation = work.State.Generation + 1, Base = work.State.Base.Clear(), Succession = null };
                return new StepResult(null, true);
            case ErrorAction.Replan when attempt < 3:
                observed.Forget();
                await WaitAsync(attempt, cancellationToken);
                return new StepResult(null, false);
            case ErrorAction.StopAll:
                Stop(decision);
                return new StepResult(null, false);
            default:
                return new StepResult(Park(work, ParkReason.NeedsPerson, "", decision.Message, decision.Hint), false);
        }
    }

    private async Task StoreIntentAsync(EntityWork work, PlanStep step, CancellationToken cancellationToken)
    {
        var form = FormEncoder.Encode(step.Command.Parameters);
        work.State = work.State with
        {
            Intent = new Intent(
                step.IntentId!, work.State.Generation, 1, step.Command.Path, form, parts.Options.ApiVersion, IdempotencyKey(step.IntentId!, 1), parts.Time.GetUtcNow(), PlanStepJson.Write(step)),
        };
        await PersistAsync(work, cancellationToken);
    }

    /// <summary>Sends the stored create until its outcome is known; nothing folds into it meanwhile.</summary>
    private async Task<ParkedRow?> FinishIntentAsync(EntityWork work, int attempt, CancellationToken cancellationToken)
    {
        var intent = work.State.Intent!;
        var step = PlanStepJson.Read(intent.StepJson);
        var desired = DesiredState.Of(work.Map, work.State.Row);
        var look = parts.Time.GetUtcNow() - intent.CreatedAt > parts.Options.KeyMemory;
        while (true)
        {
            intent = work.State.Intent!;
            if (look)
            {
                var (found, failure) = await _adoption.FindAsync(work.Map, work.State, step, cancellationToken);
                if (found is not null)
                {
                    Audit(work, "adopt", step, found.Text("id"), null);
                    await ConfirmAsync(work, step, desired, new StripeOutcome.Success(found, null, false), cancellationToken);
                    return null;
                }

                if (failure is not null)
                {
                    await WaitAsync(attempt++, cancellationToken);
                    continue;
                }

                work.State = work.State with
                {
                    Intent = intent with { Attempt = intent.Attempt + 1, IdempotencyKey = IdempotencyKey(intent.Id, intent.Attempt + 1), CreatedAt = parts.Time.GetUtcNow() },
                };
                await PersistAsync(work, cancellationToken);
                look = false;
                continue;
            }

            var request = Request(work, step, intent.Body, intent.IdempotencyKey);
            await parts.Gate.OpenAsync(cancellationToken);
            work.Requests++;
            var outcome = await parts.Requester.AcquireAndSendAsync(Lane(work, attempt), work.State.Key, request, cancellationToken);
            if (outcome is StripeOutcome.Success success)
            {
                await ConfirmAsync(work, step, desired, success, cancellationToken);
                return null;
            }

            var decision = ErrorPolicy.Decide(outcome, isCreate: true, isDelete: false);
            switch (decision.Action)
            {
                case ErrorAction.RetryLater: await WaitAsync(attempt++, cancellationToken); break;
                case ErrorAction.Adopt when outcome is StripeOutcome.Refused { Error.Code: "resource_already_exists" } && intent.Attempt > 1:
                    work.State = work.State with { Intent = null };
                    return Park(work, ParkReason.Conflict, "", decision.Message, "an object with this id exists that is not this row's: remove it, or change stripe_id in the mapping");
                case ErrorAction.Adopt: look = true; break;
                case ErrorAction.StopAll: Stop(decision); break;
                default:
                    work.State = work.State with { Intent = null };
                    return Park(work, ParkReason.NeedsPerson, "", decision.Message, decision.Hint);
            }
        }
    }

    private async Task ConfirmAsync(EntityWork work, PlanStep step, Desired desired, StripeOutcome.Success success, CancellationToken cancellationToken)
    {
        work.State = StateAfter.Step(work.State, step, success.Body, success.RequestId, work.Position) with { MappingFingerprint = parts.Mapping.Fingerprint };
        Audit(work, AuditKind(step), step, work.State.StripeId, success.RequestId);
        await _claims.ConfirmedAsync(work, step, desired, cancellationToken);
        await PersistAsync(work, cancellationToken);
        if (!step.IsCreate || work.Map.Parent is not null && step.Kind != StepKind.Create) return;
        var waitsFor = $"{work.Map.Type.Name}/{work.State.Key.Key}";
        foreach (var waiting in await parts.Store.WaitersAsync(waitsFor, cancellationToken)) work.Afterwards.Add((waiting.Key, new LaneWork.Wake()));
    }

    private async Task PersistAsync(EntityWork work, CancellationToken cancellationToken)
    {
        parts.Entities.Put(work.State);
        await parts.Writer.WriteAsync(work.Batch(null, unpark: false), cancellationToken);
        work.Settled();
    }

    private async Task<ParkedRow?> AskAsync(EntityWork work, Plan.Ask ask, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", ask.Columns);
        if (parts.Rows is { } rows)
        {
            var row = await rows.ReadAsync(work.State.Key, work.Map.Columns, cancellationToken);
            if (row is not null && ask.Columns.All(c => !row[c].IsUnavailable))
            {
                work.State = work.State with { Row = work.State.Row.FoldOnto(row), FirstImage = work.State.FirstImage?.FoldOnto(row) };
                return null;
            }
        }

        return Park(work, ParkReason.UnknownColumn, "", $"the value of {columns} is not known here", $"run a backfill of this row, or set source.connectionString so that it can be read");
    }

    private async Task<ParkedRow?> ReadAsync(EntityWork work, Plan.Read read, Observations observed, PlanInput input, int attempt, CancellationToken cancellationToken)
    {
        if (read.Observed && observed.Own is null)
        {
            var expand = work.Map.Type.Name == "price" ? "expand[0]=currency_options&expand[1]=tiers" : "";
            var (found, parked) = await GetAsync(work, work.Map.Type.ObjectPath(work.State.StripeId!), work.Map.Type.CollectionPath + "/{id}", expand, attempt, cancellationToken);
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

        var (parent, unread) = await GetAsync(work, $"/v1/products/{Uri.EscapeDataString(parentId)}", "/v1/products/{id}", "", attempt, cancellationToken);
        observed.Parent = parent ?? Parameters.Empty;
        return unread;
    }

    /// <summary>Null where the object is gone.</summary>
    private async Task<(FieldValue.Object? Found, ParkedRow? Parked)> GetAsync(EntityWork work, string path, string template, string query, int attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new StripeRequest(StripeMethod.Get, path, template, query, null, $"{work.State.Key} at {work.Position}", parts.Options.RequestDeadline);
            work.Requests++;
            var outcome = await parts.Requester.AcquireAndSendAsync(Lane(work, attempt), work.State.Key, request, cancellationToken);
            if (outcome is StripeOutcome.Success success) return (success.Body, null);
            if (outcome is StripeOutcome.Refused { Error.Status: 404 }) return (null, null);
            var decision = ErrorPolicy.Decide(outcome, false, false);
            if (decision.Action == ErrorAction.StopAll) Stop(decision);
            else if (decision.Action != ErrorAction.RetryLater) return (null, Park(work, ParkReason.NeedsPerson, "", decision.Message, decision.Hint));
            await WaitAsync(attempt++, cancellationToken);
        }
    }

    private void Stop(ErrorDecision decision)
    {
        parts.Gate.Stop(decision.Message);
        parts.Observer.Alarm($"Stripe refuses the key; nothing is written any more: {decision.Message}", decision.Hint);
    }

    private Task WaitAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(RetrySchedule.Delay(attempt, parts.Random.NextFraction()), parts.Time, cancellationToken);

    private StripeRequest Request(EntityWork work, PlanStep step, string form, string idempotencyKey) => new(
        step.Command.Method == "DELETE" ? StripeMethod.Delete : StripeMethod.Post, step.Command.Path, step.Command.PathTemplate, form,
        step.Command.Method == "DELETE" ? null : idempotencyKey, $"{work.State.Key} at {work.Position}", parts.Options.RequestDeadline);

    /// <summary>A started succession goes before new work: no one sells at two prices for long.</summary>
    private static RequestLane Lane(EntityWork work, int attempt) =>
        work.State.Succession is not null ? RequestLane.Live : attempt > 1 ? RequestLane.Retry : work.IsLive ? RequestLane.Live : RequestLane.Backfill;

    private static string IdempotencyKey(string intentId, int attempt) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cdc-{intentId}-{attempt}");

    private static string AuditKind(PlanStep step) => step.Kind switch
    {
        StepKind.Create => step.Breadth == BreadthKind.Recreate ? "recreate" : "create",
        StepKind.CreateSuccessor => "price_change",
        StepKind.Update => "update",
        StepKind.SetDefault or StepKind.UnsetDefault => "set_default",
        StepKind.Archive => "archive",
        StepKind.ArchivePredecessor => "archive_predecessor",
        StepKind.Restore => "restore",
        StepKind.Delete => "delete",
        _ => throw new InvalidOperationException($"step {step.Kind}"),
    };

    private void Audit(EntityWork work, string kind, PlanStep step, string? stripeId, string? requestId) => work.Audit.Add(new AuditEntry(
        work.State.Key, kind, $"{step.Command.Method} {step.Command.Path}", FormEncoder.Encode(step.Command.Parameters), stripeId, requestId, work.Position.ToString(), parts.Time.GetUtcNow()));

    private ParkedRow Park(EntityWork work, ParkReason reason, string waitsFor, string message, string hint) =>
        new(work.State.Key, reason, waitsFor, message, hint, parts.Time.GetUtcNow());

    private sealed record StepResult(ParkedRow? Park, bool Progressed);

    private sealed class Observations
    {
        public FieldValue.Object? Own { get; set; }

        public FieldValue.Object? Parent { get; set; }

        public bool DeleteRefused { get; set; }

        public void Forget()
        {
            Own = null;
            Parent = null;
        }
    }
}
