namespace CdcStripeSync.Simulator.Faults;

/// <summary>Cuts the connection instead of answering, whatever the answer is: what was executed stays executed.</summary>
public sealed class DropResponse : Fault;
