using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Claims;

/// <summary>Values that Stripe lets one active object have, and that cannot be moved: who wants one waits until the object that has it is archived. Pure.</summary>
internal static class SoleValues
{
    /// <summary>What a row waits for whose step Stripe refused because another active object has the value; null where it was refused for anything else.</summary>
    public static string? WaitsFor(ResourceType type, EntityState state, PlanStep step, string refusal)
    {
        if (FieldOf(type) is not { } field || !refusal.Contains(type.Name == "promotion_code" ? "active promotion code" : "active meter", StringComparison.OrdinalIgnoreCase)) return null;
        return Name(type, field, step.Command.Parameters.Text(field) ?? Sent(state, field));
    }

    /// <summary>What others may wait for that this step set free; null where it set nothing free.</summary>
    /// <param name="before">The row before the step was confirmed.</param>
    public static string? Freed(ResourceType type, EntityState before, PlanStep step, FieldValue.Object answer)
    {
        if (FieldOf(type) is not { } field) return null;
        var isOff = answer.Members.GetValueOrDefault("active") is FieldValue.Boolean { Value: false } || answer.Text("status") == "inactive";
        return isOff || step.Kind is StepKind.Archive or StepKind.ArchivePredecessor ? Name(type, field, answer.Text(field) ?? Sent(before, field)) : null;
    }

    private static string? FieldOf(ResourceType type) => type.Name switch
    {
        "promotion_code" => "code",
        "billing.meter" => "event_name",
        _ => null,
    };

    private static string? Sent(EntityState state, string field) => state.Base.GetValueOrDefault(field)?.Value is FieldValue.Text sent ? sent.Value : null;

    /// <summary>Stripe compares codes regardless of case.</summary>
    private static string? Name(ResourceType type, string field, string? value) => value is null ? null : $"{type.Name}.{field}/{value.ToUpperInvariant()}";
}
