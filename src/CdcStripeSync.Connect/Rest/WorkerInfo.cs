namespace CdcStripeSync.Connect.Rest;

/// <summary>What a worker says of itself.</summary>
public sealed record WorkerInfo(string Version, string Commit, string KafkaClusterId);
