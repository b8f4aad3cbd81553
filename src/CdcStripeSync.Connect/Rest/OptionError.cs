namespace CdcStripeSync.Connect.Rest;

/// <summary>What the worker has against one option.</summary>
public sealed record OptionError(string Option, string Message);
