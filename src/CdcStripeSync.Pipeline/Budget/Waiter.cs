namespace CdcStripeSync.Pipeline.Budget;

/// <summary>One request that waits for its grant.</summary>
internal sealed class Waiter(WaitingRequests lane, string endpoint, long number)
{
    public WaitingRequests Lane => lane;

    public string Endpoint => endpoint;

    /// <summary>Grows with each request: the order of arrival.</summary>
    public long Number => number;

    public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinkedListNode<Waiter>? Node { get; set; }
}
