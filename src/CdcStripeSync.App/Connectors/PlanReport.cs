using System.Collections.Immutable;
using CdcStripeSync.Connect.Planning;

namespace CdcStripeSync.App.Connectors;

/// <summary>The plans of all wanted connectors, and what else a person should know.</summary>
internal sealed record PlanReport(ImmutableArray<ConnectorPlan> Plans, ImmutableArray<string> Notes)
{
    public bool IsRefused => Plans.Any(p => p.IsRefused);

    public int ExitCode => IsRefused ? App.ExitCode.Usage : Plans.Any(p => p.Action != PlannedAction.Nothing) ? App.ExitCode.Differs : App.ExitCode.Fine;

    public IEnumerable<string> Lines()
    {
        foreach (var plan in Plans)
        {
            yield return $"{plan.Connector.Name}: {plan.Action switch { PlannedAction.Create => "create", PlannedAction.Change => "change", _ => "as wanted" }}";
            foreach (var change in plan.Changes) yield return $"  {change}";
            foreach (var problem in plan.Problems.OrderByDescending(p => p.Refuses)) yield return $"  {(problem.Refuses ? "REFUSED" : "warning")} {problem}";
        }

        foreach (var note in Notes) yield return $"note: {note}";
        yield return $"{Count(PlannedAction.Create)} to create, {Count(PlannedAction.Change)} to change, {Count(PlannedAction.Nothing)} as wanted, {Plans.Count(p => p.IsRefused)} refused";
    }

    private int Count(PlannedAction action) => Plans.Count(p => p.Action == action);
}
