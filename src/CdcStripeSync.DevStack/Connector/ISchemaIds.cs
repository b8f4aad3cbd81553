namespace CdcStripeSync.DevStack.Connector;

/// <summary>Gives every schema its registry id.</summary>
public interface ISchemaIds
{
    /// <param name="subject">The record's topic followed by <c>-key</c> or <c>-value</c>.</param>
    /// <returns>The id that the wire format carries; the same JSON under the same subject has the same id.</returns>
    Task<int> RegisterAsync(string subject, string schemaJson, CancellationToken cancellationToken);
}
