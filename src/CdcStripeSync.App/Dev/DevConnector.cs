using System.Text.Json;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.App.Dev;

/// <summary>The shipped connector's configuration with the tables and columns of the mapping that runs, so that a changed mapping needs no second edit here.</summary>
internal static class DevConnector
{
    public static string Fitted(string file, Mapping mapping)
    {
        var connector = ConnectorFiles.Read(file, null, [])[0];
        return JsonSerializer.Serialize(connector.Config.SetItems(Generator.Options(mapping, null, null)));
    }
}
