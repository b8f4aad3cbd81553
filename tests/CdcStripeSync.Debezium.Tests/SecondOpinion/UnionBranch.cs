namespace CdcStripeSync.Debezium.Tests.SecondOpinion;

/// <summary>A union's value with the name of the branch that it was written as.</summary>
internal sealed record UnionBranch(string Name, object? Value);
