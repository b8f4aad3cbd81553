namespace CdcStripeSync.App.Hosting;

/// <summary>What one run is told by its flags.</summary>
/// <param name="Shadow">Plan and record, send nothing.</param>
/// <param name="Adopt">Answers the first start: rows link what the account holds for them.</param>
/// <param name="CreateAll">Answers the first start: objects are created for all rows.</param>
/// <param name="SkipsDeletedRecords">Goes on at Kafka's oldest records where it deleted some that were not read.</param>
internal sealed record DeliveryRun(bool Shadow = false, bool Adopt = false, bool CreateAll = false, bool SkipsDeletedRecords = false);
