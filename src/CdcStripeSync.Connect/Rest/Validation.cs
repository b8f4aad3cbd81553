using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Rest;

/// <summary>The worker's own judgement of a configuration. It comes with status 200 also when it finds errors.</summary>
/// <param name="Known">Every option that the plugin and the worker define.</param>
/// <param name="Passwords">Those of them whose type is PASSWORD.</param>
public sealed record Validation(ImmutableArray<OptionError> Errors, FrozenSet<string> Known, FrozenSet<string> Passwords);
