using K12Sync.OData.Http;
namespace K12Sync.OData.Batch;
internal sealed class BatchRequest(ODataService service, ODataRequest request)
{
    public Task RunAsync() => throw ODataFault.Unsupported(service.Prefix + request.Path);
}
