using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>One entity, planned and carried out against <see cref="TinyStripe"/> step by step.</summary>
internal sealed class PlanRun(ResourceMap map, TinyStripe stripe, string key = "1")
{
    private int _intents;

    public EntityState State { get; set; } = new() { Key = new EntityKey(map.Name, new TableId("public", map.Type.Name + "s"), key) };

    public ClaimVerdict Claims { get; set; } = ClaimVerdict.Alone;

    /// <summary>Of a map that has a parent; null for what the row itself says.</summary>
    public ParentStatus? Parent { get; set; } = map.Parent is null ? null : new ParentStatus.Linked("prod_a");

    public List<PlanStep> Steps { get; } = [];

    public int Reads { get; private set; }

    public IEnumerable<StepKind> Kinds => Steps.Select(s => s.Kind);

    public FieldValue.Object Shown => stripe[State.StripeId!];

    public PlanRun Row(params (string Column, ColumnValue Value)[] columns) => Row(Core.Values.Row.Of(columns));

    public PlanRun Row(Row row)
    {
        State = State with { Row = row, RowExists = true, FirstImage = State.StripeId is null ? State.FirstImage ?? row : null };
        return this;
    }

    public PlanRun Gone()
    {
        State = State with { RowExists = false };
        return this;
    }

    /// <summary>An object that stands in Stripe becomes the row's.</summary>
    public PlanRun Adopt(string id)
    {
        State = StateAfter.Adopted(State, map, DesiredState.Of(map, State.Row), stripe[id], SourcePosition.OfLsn(7));
        return this;
    }

    /// <summary>The plan as it stands, after the reads that it asks for.</summary>
    public Plan Next()
    {
        FieldValue.Object? observed = null, parent = null;
        while (true)
        {
            var plan = Planner.Next(Input() with { Observed = observed, ObservedParent = parent });
            if (plan is not Plan.Read read) return plan;
            Reads++;
            if (read.Observed) observed = stripe.Find(State.StripeId!) ?? Parameters.Empty;
            if (read.Parent) parent = State.ParentStripeId is { } id ? stripe[id] : Parameters.Empty;
        }
    }

    public PlanInput Input()
    {
        var desired = DesiredState.Of(map, State.Row);
        return new PlanInput(
            map, State, desired, State.FirstImage is { } first ? DesiredState.Of(map, first) : desired,
            Parent ?? ParentStatus.WithoutParent(map, State, desired), Claims, string.Create(CultureInfo.InvariantCulture, $"intent{++_intents}"));
    }

    /// <summary>Carries out one step; false when there is none.</summary>
    /// <param name="forget">The process dies between Stripe's answer and the store. A create has its intent and is adopted.</param>
    public bool Step(bool forget = false)
    {
        switch (Next())
        {
            case Plan.Note note:
                Assert.NotEqual(State, note.State);
                State = note.State;
                return true;
            case Plan.Next { Step: var step }:
                step = PlanStepJson.Read(PlanStepJson.Write(step));
                Steps.Add(step);
                var answer = stripe.Send(step.Command);
                if (!forget || step.IsCreate) State = StateAfter.Step(State, step, answer, "req_1", SourcePosition.OfLsn(7));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Until nothing is left; fails where it waits, is held, or never ends.</summary>
    public PlanRun ToEnd(Action? between = null)
    {
        for (var turns = 0; Step(); turns++)
        {
            Assert.True(turns < 40, "the plan does not end: " + string.Join(", ", Kinds));
            between?.Invoke();
        }

        Assert.IsType<Plan.Nothing>(Next());
        return this;
    }

    /// <summary>The steps that this takes.</summary>
    public StepKind[] After(Action act)
    {
        var before = Steps.Count;
        act();
        ToEnd();
        return [.. Steps.Skip(before).Select(s => s.Kind)];
    }
}
