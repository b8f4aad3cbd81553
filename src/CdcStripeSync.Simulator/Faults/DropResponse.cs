namespace CdcStripeSync.Simulator.Faults;

/// <summary>Executes, then cuts the connection instead of answering.</summary>
public sealed class DropResponse : Fault;
