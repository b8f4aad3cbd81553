namespace CdcStripeSync.Kafka.Consuming;

/// <summary>How many records of a partition are not settled. Pure.</summary>
internal static class PartitionLag
{
    /// <param name="settled">Everything below is; null where nobody ever told.</param>
    /// <param name="read">The offset behind the newest record that was handed over; negative before the first.</param>
    /// <param name="reached">The end at which nothing was left to read. What lies between it and the newest record are the marks of transactions.</param>
    /// <param name="end">The high watermark; negative where it is not known yet.</param>
    public static long Of(long? settled, long read, long reached, long end)
    {
        if (end < 0 || (settled is null && read < 0)) return 0;
        if (settled < read) return Math.Max(0, end - settled.Value);
        return reached >= end ? 0 : Math.Max(0, end - (settled ?? read));
    }
}
